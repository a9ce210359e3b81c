"""Traefik's configuration: the static one, read at the start, and the dynamic one, read again when it changes."""

from collections.abc import Mapping
from typing import Any

from hexa_notebooks.components.exposure.auto_https.config import AutoHttps
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.go_yaml import to_go_yaml
from hexa_notebooks.kubernetes.installation import AUTOHTTPS, PROXY_HTTP_PORT, Installation
from hexa_notebooks.kubernetes.k8s import k8s

HTTP_PORT = 8080
"""The port of its pod for plain HTTP: challenges of the ACME server, and redirects."""
HTTPS_PORT = 8443
"""The port of its pod for HTTPS."""
ACME_DIRECTORY = "/etc/acme"
"""The mount path of the certificates."""
CONFIG_DIRECTORY = "/etc/traefik"
"""The mount path of the configuration."""
STATIC, DYNAMIC = "traefik.yaml", "dynamic.yaml"
"""The names of the configuration files."""
PROXY_HTTP = "proxy-http"
"""The name of the Service through which Traefik reaches the proxy."""


def config_map(scope: Construct, config: AutoHttps, installation: Installation) -> ApiObject:
    """Add the ConfigMap."""
    metadata = installation.metadata(AUTOHTTPS, AUTOHTTPS)
    props = k8s.KubeConfigMapProps(metadata=metadata, data=config_data(config, installation))
    return api_object(scope, "config-map", k8s.KubeConfigMap, props)


def config_data(config: AutoHttps, installation: Installation) -> dict[str, str]:
    """Return the data of the ConfigMap: both files by name."""
    proxy = PROXY_HTTP if config.as_chart else installation.name(PROXY_HTTP)
    return {
        STATIC: to_go_yaml(_merged(_static(config), config.extra_static_config, config)),
        DYNAMIC: to_go_yaml(_merged(_dynamic(config, proxy), config.extra_dynamic_config, config)),
    }


def _static(config: AutoHttps) -> dict[str, Any]:
    secret_headers = ("Authorization", "Cookie", "Set-Cookie", "X-Xsrftoken")
    acme = {
        "caServer": config.acme_server,
        "email": config.contact_email,
        "httpChallenge": {"entryPoint": "http"},
        "storage": f"{ACME_DIRECTORY}/acme.json",
    }
    return {
        "accessLog": {
            "fields": {"headers": {"names": dict.fromkeys(secret_headers, "redacted")}},
            "filters": {"statusCodes": ["500-599"]},
        },
        "certificatesResolvers": {"default": {"acme": acme}},
        "entryPoints": {
            "http": {"address": f":{HTTP_PORT}"},
            "https": {
                "address": f":{HTTPS_PORT}",
                # Longer than load balancers keep idle connections, so that they never use a closed one.
                "transport": {"respondingTimeouts": {"idleTimeout": "10m0s"}},
            },
        },
        "log": {"level": "DEBUG" if config.debug else "WARN"},
        "providers": {"file": {"filename": f"{CONFIG_DIRECTORY}/{DYNAMIC}"}},
    }


def _dynamic(config: AutoHttps, proxy: str) -> dict[str, Any]:
    everything = {"rule": "PathPrefix(`/`)", "service": "default"}
    return {
        "http": {
            "middlewares": {
                "hsts": {
                    "headers": {
                        "stsIncludeSubdomains": config.hsts.include_subdomains,
                        "stsPreload": config.hsts.preload,
                        "stsSeconds": config.hsts.max_age_s,
                    }
                },
                "redirect": {"redirectScheme": {"permanent": True, "scheme": "https"}},
                "scheme": {"headers": {"customRequestHeaders": {"X-Scheme": "https"}}},
            },
            "routers": {
                "default": {
                    **everything,
                    "entrypoints": ["https"],
                    "middlewares": ["hsts", "scheme"],
                    "tls": {
                        "certResolver": "default",
                        "domains": [{"main": host} for host in config.hosts],
                        "options": "default",
                    },
                },
                "insecure": {**everything, "entrypoints": ["http"], "middlewares": ["redirect"]},
            },
            "services": {"default": {"loadBalancer": {"servers": [{"url": f"http://{proxy}:{PROXY_HTTP_PORT}/"}]}}},
        },
        "tls": {
            "options": {
                "default": {
                    "cipherSuites": [
                        f"TLS_ECDHE_{key}_WITH_{cipher}"
                        for cipher in ("AES_256_GCM_SHA384", "AES_128_GCM_SHA256", "CHACHA20_POLY1305")
                        for key in ("ECDSA", "RSA")
                    ],
                    "minVersion": "VersionTLS12",
                    # No certificate for clients that ask for another host, or none.
                    "sniStrict": True,
                }
            }
        },
    }


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any], config: AutoHttps) -> dict[str, Any]:
    merged = dict(base)
    for key, value in changes.items():
        old = merged.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            merged[key] = _merged(old, value, config)
        elif value or not old or not config.as_chart:
            # In the Helm chart, false, zero and empty values override nothing.
            merged[key] = value
    return merged
