"""OpenHEXA Notebooks as on Google Cloud, with the App, the database and the buckets as pods of the same cluster."""

from hexa_notebooks import (
    AppApiConfig,
    ClusterInternal,
    CullerConfig,
    EgressConfig,
    EmbeddingConfig,
    HubConfig,
    InPodFuse,
    NotebooksConfig,
    OpenHexaApp,
    PodPeer,
    Postgres,
    Profile,
    ResourcesConfig,
    SingleuserConfig,
)

APP = PodPeer(labels={"stand-in": "app"})
S3 = PodPeer(labels={"stand-in": "s3"})
# A browser on the machine of the tests.
APP_URL = "http://localhost:8000"

config = NotebooksConfig(
    exposure=ClusterInternal(),
    database=Postgres(
        host="postgres",
        database="notebooks",
        user="hub",
        sslmode="disable",  # one pod to another
        peers=(PodPeer(labels={"stand-in": "postgres"}),),
    ),
    authenticator=OpenHexaApp(
        url=APP_URL, internal_url="http://app:8080", peers=(APP,), allowed_images=("docker.io/blsq/*",)
    ),
    app_api=AppApiConfig(peers=(APP,)),
    embedding=EmbeddingConfig(frame_ancestors=("http://localhost:*",)),
    hub=HubConfig(named_servers=True, resources=ResourcesConfig(cpu_request="100m", memory_request="256Mi")),
    singleuser=SingleuserConfig(
        cmd=("singleuser",),
        mem_guarantee="128M",
        mem_limit="1G",
        node_purpose="require",
        egress=(EgressConfig(to=(S3,), ports=(9000,)),),
        # A fault of the stand-in: it keeps the marker of a folder as a file, below which nothing can be.
        env={"RCLONE_S3_DIRECTORY_MARKERS": "false"},
        profiles=(
            Profile(slug="standard", display_name="Standard", default=True),
            Profile(slug="trial", display_name="Trial", cpu_limit=1, mem_limit="512M"),
        ),
        storage=InPodFuse(),
    ),
    culler=CullerConfig(timeout_s=3600, every_s=300),
)
