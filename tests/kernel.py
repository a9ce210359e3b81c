"""Code that runs on a kernel of a user's server, over the websocket that a notebook in a browser uses."""

import asyncio
import uuid
from typing import Any

import aiohttp


def run_code(server_url: str, token: str, code: str, seconds: float = 60) -> str:
    """Start a kernel, run code on it, delete it, and return the result as text.

    `server_url` is the server's address through the proxy, as in "http://127.0.0.1:1234/user/anna", and `token` one
    of JupyterHub that may access it. Raises TimeoutError after so many seconds, aiohttp.ClientError if a request is
    refused, and RuntimeError if the code raises.
    """
    return asyncio.run(asyncio.wait_for(_run_code(server_url, token, code), seconds))


async def _run_code(server_url: str, token: str, code: str) -> str:
    headers = {"Authorization": f"token {token}"}
    async with aiohttp.ClientSession(headers=headers, raise_for_status=True) as session:
        async with session.post(f"{server_url}/api/kernels", json={"name": "python3"}) as made:
            kernel = f"{server_url}/api/kernels/{(await made.json())['id']}"
        try:
            async with session.ws_connect(f"{kernel}/channels") as channels:
                await channels.send_json(_execute_request(code))
                return await _result(channels)
        finally:
            await session.delete(kernel)


def _execute_request(code: str) -> dict[str, Any]:
    return {
        "channel": "shell",
        "header": {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "version": "5.3", "session": "test"},
        "parent_header": {},
        "metadata": {},
        "content": {"code": code, "silent": False, "store_history": True, "allow_stdin": False},
    }


async def _result(channels: "aiohttp.ClientWebSocketResponse[bool]") -> str:
    result = ""
    async for message in channels:
        answer = message.json()
        if answer["msg_type"] == "execute_result":
            result = answer["content"]["data"]["text/plain"]
        if answer["msg_type"] == "error":
            raise RuntimeError(f"{answer['content']['ename']}: {answer['content']['evalue']}")
        idle = answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle"
        if idle and answer["parent_header"].get("msg_type") == "execute_request":
            return result
    raise RuntimeError("the websocket was closed before the kernel was done")
