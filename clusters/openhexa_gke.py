"""OpenHEXA on Google Kubernetes Engine with Cloud SQL: put your own names into the lines below the import."""

from hexa_notebooks import (
    AppApiConfig,
    CloudSql,
    CullerConfig,
    EmbeddingConfig,
    GkeIngress,
    GlobalAddress,
    HubConfig,
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
HUB_IMAGE = f"europe-docker.pkg.dev/{PROJECT}/notebooks/hub:0.1.0"
HOST = "notebooks.openhexa.example.org"
APP = "https://app.openhexa.example.org"
APP_BACKEND = (
    "https://api.openhexa.example.org"  # the App's Django itself; its front end does not pass the hub's calls on
)

# Google's load balancer with a global address and a certificate, or a bare regional address: choose below.
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
    authenticator=OpenHexaApp(url=APP, internal_url=APP_BACKEND),
    app_api=AppApiConfig(),
    embedding=EmbeddingConfig(frame_ancestors=(APP,)),
    # Whoever is refused, as too many are starting, waits in vain: the App's page does not ask again.
    hub=HubConfig(image=HUB_IMAGE, named_servers=True, concurrent_spawn_limit=200),
    singleuser=SingleuserConfig(
        image="docker.io/blsq/openhexa-base-environment:1.17.8",
        cmd=("singleuser",),
        cpu_guarantee=0.05,
        cpu_limit=4,
        mem_guarantee="512M",
        mem_limit="32G",
        node_purpose="require",
        # Their slugs are the App's notebook profiles; a server that names none takes the default.
        profiles=(
            Profile(slug="standard", display_name="Standard", default=True),
            Profile(slug="trial", display_name="Trial", cpu_limit=1, mem_limit="4G"),
        ),
        storage=InPodFuse(),
    ),
    culler=CullerConfig(timeout_s=3600, every_s=300),
)
