"""OpenHEXA on Google Kubernetes Engine with Cloud SQL. Replace the names below the import with your own."""

from hexa_notebooks import (
    AppApiConfig,
    CloudSql,
    CullerConfig,
    EmbeddingConfig,
    GkeIngress,
    GlobalAddress,
    HubConfig,
    ImagesConfig,
    InPodFuse,
    LoadBalancer,
    ManagedCertificate,
    NotebooksConfig,
    OpenHexaApp,
    PasswordLogin,
    Profile,
    RegionalAddress,
    SingleuserConfig,
    WorkloadIdentity,
)

PROJECT = "my-project"
INSTANCE = f"{PROJECT}:europe-west1:hexa-main"
ACCOUNT = f"hexa-notebooks@{PROJECT}.iam.gserviceaccount.com"
ADDRESS = "hexa-notebooks"
REGISTRY = f"europe-docker.pkg.dev/{PROJECT}/notebooks"
HOST = "notebooks.openhexa.example.org"
APP = "https://app.openhexa.example.org"
APP_BACKEND = "https://api.openhexa.example.org"  # the App's Django; its front end does not forward the hub's calls

# Images that workspaces may use, as written in the App. Add the registry of your data scientists.
IMAGES = ("docker.io/blsq/*", "blsq/*", f"{REGISTRY}/*")

# Choose one for `exposure`: Google's load balancer with a global address and a certificate, or only a regional address.
INGRESS = GkeIngress(address=GlobalAddress(name=ADDRESS), hosts=(HOST,), certificate=ManagedCertificate())
LOAD_BALANCER = LoadBalancer(address=RegionalAddress(name=ADDRESS))

config = NotebooksConfig(
    exposure=INGRESS,
    database=CloudSql(
        instance=INSTANCE,
        database="hexa-notebooks",
        login=PasswordLogin(user="hexa-notebooks"),
        identity=WorkloadIdentity(google_service_account=ACCOUNT),
    ),
    authenticator=OpenHexaApp(url=APP, internal_url=APP_BACKEND, allowed_images=IMAGES),
    app_api=AppApiConfig(),
    embedding=EmbeddingConfig(frame_ancestors=(APP,)),
    # The two images of this repository are not in a public registry.
    images=ImagesConfig(registries={"docker.io/blsq": REGISTRY}),
    # High, because the App does not retry a start that the hub refuses when too many are starting.
    hub=HubConfig(named_servers=True, concurrent_spawn_limit=200),
    singleuser=SingleuserConfig(
        cmd=("singleuser",),  # the same for OpenHEXA's older images
        cpu_guarantee=0.05,
        cpu_limit=4,
        mem_guarantee="512M",
        mem_limit="32G",
        node_purpose="require",
        # The slugs are the App's notebook profiles. A workspace without a profile gets the default.
        profiles=(
            Profile(slug="standard", display_name="Standard", default=True),
            Profile(slug="trial", display_name="Trial", cpu_limit=1, mem_limit="4G"),
        ),
        storage=InPodFuse(),
    ),
    culler=CullerConfig(timeout_s=3600, every_s=300),
)
