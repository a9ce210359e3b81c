"""The minimum cost of a cdk8s app: write as many empty objects as the argument says to ./floor, one per file."""

import sys

import cdk8s

app = cdk8s.App(outdir="floor", yaml_output_type=cdk8s.YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE)
chart = cdk8s.Chart(app, "empty")
for number in range(int(sys.argv[1])):
    metadata = cdk8s.ApiObjectMetadata(name=f"object-{number}")
    cdk8s.ApiObject(chart, str(number), api_version="v1", kind="ConfigMap", metadata=metadata)
app.synth()
