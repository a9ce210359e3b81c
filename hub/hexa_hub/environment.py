"""Which variables the App may not set for a server: those that decide what runs in it, and whom it trusts."""

import re
from collections.abc import Collection, Iterable

_RESERVED = re.compile(
    # What the hub and the image tell the server about itself, and what tells both how to start.
    r"JUPYTER.*|JPY_.*|CONTENT_SECURITY_POLICY|NOTEBOOK_.*|NB_.*|KERNEL_.*|(CPU|MEM)_(LIMIT|GUARANTEE)|KUBERNETES_.*"
    r"|GRANT_SUDO|RESTARTABLE|CHOWN_.*|DOCKER_STACKS_.*"
    # The C library, and what its loader puts before every program.
    r"|LD_.*|DYLD_.*|GLIBC_TUNABLES|GCONV_PATH|LOCPATH|NLSPATH|HOSTALIASES|RES_OPTIONS|LOCALDOMAIN|MALLOC_.*"
    # Where programs and their settings are looked for.
    r"|PATH|HOME|SHELL|USER|LOGNAME|PWD|OLDPWD|CDPATH|TMPDIR|TEMP|TMP|TERMINFO|XDG_.*|EDITOR|VISUAL|PAGER|BROWSER|LESS.*"
    # Shells.
    r"|ENV|BASH.*|SHELLOPTS|PS[0-4]|PROMPT_COMMAND|IFS|ZDOTDIR|INPUTRC|FPATH"
    # Languages, and the programs that install for them.
    r"|PYTHON.*|IPYTHON.*|IPY.*|VIRTUAL_ENV|CONDA.*|MAMBA.*|PIP_.*|UV_.*|PDM_.*|POETRY_.*|MPL.*"
    r"|NODE_.*|NPM_.*|YARN_.*|R_.*|RSTUDIO_.*|PERL.*|RUBY.*|GEM_.*|BUNDLE_.*|JULIA_.*|LUA_.*|CLASSPATH|JAVA_.*|JDK_.*|_JAVA_.*"
    r"|PYSPARK_.*|SPARK_.*|HADOOP_.*|GTK_.*|GIO_.*|QT_.*|TCLLIBPATH|DENO_.*"
    r"|GO(PATH|ROOT|FLAGS)|DOTNET_.*|CORECLR_.*|PHP.*|RUST.*|CARGO_.*|CC|CXX|MAKEFLAGS|GCC_.*"
    # Git runs what its variables name; this one of the App's only says whether JupyterLab shows it.
    r"|GIT_(?!EXTENSION_ENABLED$).*|SSH_.*|RCLONE_.*|FUSE.*|OPENSSL_.*"
    # Whom the server talks to in place of whom it means, and by which certificates it trusts them.
    r"|((HTTPS?|ALL|NO|FTP)_PROXY)|SSL_.*|SSLKEYLOGFILE|(REQUESTS|CURL)_CA_BUNDLE|CURL_HOME|WGETRC|AWS_CA_BUNDLE|AWS_CONFIG_FILE"
    r"|AWS_SHARED_CREDENTIALS_FILE|PGSYSCONFDIR|PGSERVICE(FILE)?|ODBC.*",
    re.IGNORECASE,
)


def reserved(names: Iterable[str], configured: Collection[str] = ()) -> list[str]:
    """Return those of the names that are not the App's to set, in order. Case does not count, as with proxies.

    `configured` are the variables that the hub's configuration gives each server, which it means to hold.
    """
    own = {name.upper() for name in configured}
    return sorted(name for name in names if _RESERVED.fullmatch(name) or name.upper() in own)
