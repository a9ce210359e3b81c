"""Django's protection against cross-site request forgery: masked tokens, and the checks of a request.

Source: the documentation and the behaviour of Django 5.2, the release that the App runs on.
"""

import secrets
import string
from collections.abc import Collection
from urllib.parse import urlsplit

SECRET_LENGTH = 32
_ALPHABET = string.ascii_letters + string.digits


def new_secret() -> str:
    """Return a secret as in Django's cookie `csrftoken`: 32 letters and digits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(SECRET_LENGTH))


def mask(secret: str) -> str:
    """Return the secret as a token of 64 characters, different each time: a random mask, then secret plus mask.

    Characters are added by their index in the alphabet, modulo its length.
    """
    noise = new_secret()
    return noise + _shifted(secret, noise, 1)


def unmask(token: str) -> str:
    """Return the secret of a masked token, or the secret itself.

    Raises ValueError for anything that is neither 32 nor 64 letters and digits.
    """
    if len(token) not in (SECRET_LENGTH, 2 * SECRET_LENGTH):
        raise ValueError("has incorrect length")
    if not set(token) <= set(_ALPHABET):
        raise ValueError("has invalid characters")
    return token if len(token) == SECRET_LENGTH else _shifted(token[SECRET_LENGTH:], token[:SECRET_LENGTH], -1)


def _shifted(text: str, noise: str, sign: int) -> str:
    return "".join(
        _ALPHABET[(_ALPHABET.index(char) + sign * _ALPHABET.index(shift)) % len(_ALPHABET)]
        for char, shift in zip(text, noise, strict=True)
    )


def token_fault(cookie: str | None, header: str | None) -> str | None:
    """Return why Django refuses this `csrftoken` cookie with this `X-CSRFToken` header, or None if they match.

    Django compares them with each other only, and stores nothing.
    """
    if cookie is None:
        return "CSRF cookie not set."
    try:
        secret = unmask(cookie)
    except ValueError as error:
        return f"CSRF cookie {error}."
    if header is None:
        return "CSRF token missing."
    try:
        if unmask(header) == secret:
            return None
    except ValueError as error:
        return f"CSRF token from the 'X-Csrftoken' HTTP header {error}."
    return "CSRF token from the 'X-Csrftoken' HTTP header incorrect."


def origin_fault(origin: str, own_origin: str, trusted_origins: Collection[str]) -> str | None:
    """Return why Django refuses this `Origin` header, or None if it is the App's own or a trusted one."""
    parts = urlsplit(origin)
    for trusted in map(urlsplit, trusted_origins):
        if parts.scheme == trusted.scheme and is_same_domain(parts.netloc, trusted.netloc.lstrip("*")):
            return None
    return None if origin == own_origin else f"Origin checking failed - {origin} does not match any trusted origins."


def referer_fault(
    referer: str | None, own_host: str, trusted_origins: Collection[str], cookie_domain: str | None
) -> str | None:
    """Return why Django refuses this `Referer` header of an HTTPS request, or None if it accepts it.

    `own_host` is the request's own host with its port. It counts only without a `cookie_domain`.
    """
    if referer is None:
        return "Referer checking failed - no Referer."
    parts = urlsplit(referer)
    if not (parts.scheme and parts.netloc):
        return "Referer checking failed - Referer is malformed."
    if parts.scheme != "https":
        return "Referer checking failed - Referer is insecure while host is secure."
    good = [urlsplit(trusted).netloc.lstrip("*") for trusted in trusted_origins] + [cookie_domain or own_host]
    if any(is_same_domain(parts.netloc, pattern) for pattern in good):
        return None
    return f"Referer checking failed - {referer} does not match any trusted origins."


def is_same_domain(host: str, pattern: str) -> bool:
    """Return whether the host equals the pattern or, if the pattern starts with a dot, is below it."""
    host, pattern = host.lower(), pattern.lower()
    return host == pattern or (pattern.startswith(".") and (host.endswith(pattern) or host == pattern[1:]))
