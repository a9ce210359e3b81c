"""Reserved environment variables: those that decide which code runs, or which hosts to trust."""

import re
from collections.abc import Collection, Iterable

_RESERVED = re.compile(
    # JupyterHub, Kubernetes and the image's start scripts.
    r"JUPYTER.*|JPY_.*|CONTENT_SECURITY_POLICY|NOTEBOOK_.*|NB_.*|KERNEL_.*|(CPU|MEM)_(LIMIT|GUARANTEE)|KUBERNETES_.*"
    r"|GRANT_SUDO|RESTARTABLE|CHOWN_.*|DOCKER_STACKS_.*"
    # The C library and the dynamic loader.
    r"|LD_.*|DYLD_.*|GLIBC_TUNABLES|GCONV_PATH|LOCPATH|NLSPATH|HOSTALIASES|RES_OPTIONS|LOCALDOMAIN|MALLOC_.*"
    # Search paths of programs and of their settings.
    r"|PATH|HOME|SHELL|USER|LOGNAME|PWD|OLDPWD|CDPATH|TMPDIR|TEMP|TMP|TERMINFO|XDG_.*|EDITOR|VISUAL|PAGER|BROWSER|LESS.*"
    # Shells.
    r"|ENV|BASH.*|SHELLOPTS|PS[0-4]|PROMPT_COMMAND|IFS|ZDOTDIR|INPUTRC|FPATH"
    # Languages and their package managers.
    r"|PYTHON.*|IPYTHON.*|IPY.*|VIRTUAL_ENV|CONDA.*|MAMBA.*|PIP_.*|UV_.*|PDM_.*|POETRY_.*|MPL.*"
    r"|NODE_.*|NPM_.*|YARN_.*|R_.*|RSTUDIO_.*|PERL.*|RUBY.*|GEM_.*|BUNDLE_.*|JULIA_.*|LUA_.*|CLASSPATH|JAVA_.*|JDK_.*|_JAVA_.*"
    r"|PYSPARK_.*|SPARK_.*|HADOOP_.*|GTK_.*|GIO_.*|QT_.*|TCLLIBPATH|DENO_.*"
    r"|GO(PATH|ROOT|FLAGS)|DOTNET_.*|CORECLR_.*|PHP.*|RUST.*|CARGO_.*|CC|CXX|MAKEFLAGS|GCC_.*"
    # Git runs programs that its variables name. GIT_EXTENSION_ENABLED is the App's: it only shows Git in JupyterLab.
    r"|GIT_(?!EXTENSION_ENABLED$).*|SSH_.*|RCLONE_.*|FUSE.*|OPENSSL_.*"
    # Proxies, certificate authorities, and configuration files of clients.
    r"|((HTTPS?|ALL|NO|FTP)_PROXY)|SSL_.*|SSLKEYLOGFILE|(REQUESTS|CURL)_CA_BUNDLE|CURL_HOME|WGETRC|AWS_CA_BUNDLE|AWS_CONFIG_FILE"
    r"|AWS_SHARED_CREDENTIALS_FILE|PGSYSCONFDIR|PGSERVICE(FILE)?|ODBC.*",
    re.IGNORECASE,
)


def reserved(names: Iterable[str], configured: Collection[str] = ()) -> list[str]:
    """Return the names that the App must not set, sorted.

    Case is ignored, because `http_proxy` works like `HTTP_PROXY`. `configured` are the variables that the hub's own
    configuration sets. The App must not override these either.
    """
    own = {name.upper() for name in configured}
    return sorted(name for name in names if _RESERVED.fullmatch(name) or name.upper() in own)
