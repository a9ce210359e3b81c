"""The hub's errors at startup about missing or invalid settings."""

import pytest

from hexa_hub.settings import Settings, SettingsError

COMPLETE = {
    "AUTHENTICATION_URL": "http://app:8000/notebooks/authenticate/",
    "DEFAULT_CREDENTIALS_URL": "http://app:8000/notebooks/default-credentials/",
    "WORKSPACE_CREDENTIALS_URL": "http://app:8000/workspaces/credentials/",
    "HEXA_SERVER_URL": "https://app.example.org/",
    "LOGOUT_REDIRECT_URL": "https://app.example.org/",
}


def test_every_setting_comes_from_the_variable_of_its_name() -> None:
    """The names are those in OpenHEXA deployments."""
    settings = Settings.from_environment(COMPLETE)
    assert settings.authentication_url == COMPLETE["AUTHENTICATION_URL"]
    assert settings.hexa_server_url == COMPLETE["HEXA_SERVER_URL"]


def test_all_missing_variables_are_named_at_once() -> None:
    """So nobody has to restart the hub five times."""
    with pytest.raises(SettingsError) as error:
        Settings.from_environment({})
    assert [name for name in COMPLETE if f"environment variable {name} is not set" in str(error.value)] == [*COMPLETE]


@pytest.mark.parametrize("name", COMPLETE)
@pytest.mark.parametrize("value", ["", "app:8000", "ftp://app/", "https://", "/notebooks/"])
def test_setting_that_is_no_url_is_refused(name: str, value: str) -> None:
    """It is the only reported problem."""
    with pytest.raises(SettingsError) as error:
        Settings.from_environment(COMPLETE | {name: value})
    assert str(error.value).count("\n- ") == 1
    assert f"environment variable {name} is not" in str(error.value)


@pytest.mark.parametrize("name", ["AUTHENTICATION_URL", "DEFAULT_CREDENTIALS_URL", "WORKSPACE_CREDENTIALS_URL"])
def test_endpoint_without_its_slash_is_refused(name: str) -> None:
    """Django would redirect, and a redirected POST becomes a GET."""
    with pytest.raises(SettingsError, match=f"{name} must end with a slash"):
        Settings.from_environment(COMPLETE | {name: COMPLETE[name].removesuffix("/")})


def test_password_in_an_address_is_not_shown() -> None:
    """The error goes to the log."""
    with pytest.raises(SettingsError) as error:
        Settings.from_environment(COMPLETE | {"AUTHENTICATION_URL": "ftp://user:s3cr3t@app/"})
    assert "s3cr3t" not in str(error.value)
