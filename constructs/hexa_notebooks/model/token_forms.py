"""Forms by which a token is recognised, whatever its name."""

import re

TOKEN = re.compile(
    # A private key in base64.
    r"LS0tLS1CRUdJTi(?:BQUklWQVRF|BSU0EgUFJJVkFUR|BPUEVOU1NI|BFQyBQUklWQVRF|BFTkNSWVBURU)[\w+/=]*"
    r"|(?<![A-Za-z0-9])(?:"
    r"gh[oprsu]_[A-Za-z0-9]{20,}|github_pat_\w{20,}"  # GitHub
    r"|gl(?:pat|ptt|rt|dt|ft|soat|cbt|agent|imt)-[-\w]{16,}"  # GitLab
    r"|xox[abeoprs]-[-A-Za-z0-9]{8,}|xapp-\d-[-A-Za-z0-9]{8,}"  # Slack
    r"|[rs]k_(?:live|test)_[A-Za-z0-9]{8,}|whsec_[A-Za-z0-9+/]{16,}"  # Stripe
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"  # AWS
    r"|AIza[-\w]{30,}|ya29\.[-\w]{20,}|GOCSPX-[-\w]{20,}"  # Google
    r"|eyJ[-\w]{8,2000}\.eyJ[-\w]{8,}\.[-\w]*"  # JSON Web Token
    r"|hf_[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{30,}|pypi-[-\w]{16,}|do[op]_v1_[a-f0-9]{32,}|dor_v1_[a-f0-9]{32,}"
    r"|SG\.[-\w]{16,200}\.[-\w]{16,}|sk-(?:ant-|proj-)?[-\w]{24,}|dckr_pat_[-\w]{20,}|hvs\.[-\w]{20,}|dapi[a-f0-9]{32}"
    r"|sntr[yu]s_[-\w+/=]{20,}|glsa_[A-Za-z0-9_]{20,}|AGE-SECRET-KEY-1[A-Z0-9]{20,}"
    r")"
    r"|https://hooks\.slack\.com/(?:services|workflows|triggers)/\w+/[\w/]+"
    r"|https://(?:discord|discordapp)\.com/api/webhooks/\d+/[-\w]{16,}"
    r"|https://[^/\s]+\.webhook\.office\.com/webhookb2/\S{16,}"
    r"|https?://[0-9a-f]{32}(?::[0-9a-f]{32})?@[^/\s]+/\d+"  # Sentry
    r"|;\s*(?:AccountKey|SharedAccessKey)=[^;\s]{16,}"  # Azure
)
"""Matches the whole token. Source: the providers' documentation of their token prefixes."""
