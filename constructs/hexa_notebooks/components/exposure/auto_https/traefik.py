"""Traefik's configuration: what it reads when it starts, and what it reads again when that changes."""

from collections.abc import Mapping
from typing import Any

from hexa_notebooks.components.exposure.auto_https.config import AutoHttps
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.go_yaml import to_go_yaml
from hexa_notebooks.kubernetes.installation import AUTOHTTPS, PROXY_HTTP_PORT, Installation
from hexa_notebooks.kubernetes.k8s import k8s

HTTP_PORT = 8080
"""Port of its pod for plain HTTP: challenges of the ACME server, and redirects."""
HTTPS_PORT = 8443
"""Port of its pod that ends TLS."""
ACME_DIRECTORY = "/etc/acme"
"""Where its pod has the certificates."""
CONFIG_DIRECTORY = "/etc/traefik"
"""Where its pod has the configuration."""
STATIC, DYNAMIC = "traefik.yaml", "dynamic.yaml"
PROXY_HTTP = "proxy-http"
"""Name of the Service by which Traefik reaches the proxy."""


def config_map(scope: Construct, installation: Installation, data: Mapping[str, str]) -> ApiObject:
    """Add the ConfigMap."""
    metadata = installation.metadata(AUTOHTTPS, AUTOHTTPS)
    return api_object(scope, "config-map", k8s.KubeConfigMap, k8s.KubeConfigMapProps(metadata=metadata, data=data))


def config_data(config: AutoHttps, installation: Installation) -> dict[str, str]:
    """Return the data of the ConfigMap, file by file."""
    proxy = PROXY_HTTP if config.as_chart else installation.name(PROXY_HTTP)
    return {
        STATIC: to_go_yaml(_laid_over(_static(config), config.extra_static_config, config)),
        DYNAMIC: to_go_yaml(_laid_over(_dynamic(config, proxy), config.extra_dynamic_config, config)),
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
                # Longer than load balancers keep a connection that nobody uses.
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
                    # Who asks for another host, or none, gets no certificate.
                    "sniStrict": True,
                }
            }
        },
    }


def _laid_over(base: Mapping[str, Any], further: Mapping[str, Any], config: AutoHttps) -> dict[str, Any]:
    laid = dict(base)
    for key, value in further.items():
        below = laid.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            laid[key] = _laid_over(below, value, config)
        elif value or not below or not config.as_chart:
            # In the chart what is false, zero or empty wins over nothing.
            laid[key] = value
    return laid
