"""`/`: the pages in web/, as files."""

from pathlib import Path

from aiohttp import web

from local.frontdoor.problems import problem


def pages(root: Path) -> web.RouteTableDef:
    """Routes that serve the files under `root`, always fresh: people edit them while they look at them."""
    routes = web.RouteTableDef()

    @routes.get("/{path:.*}")
    async def page(request: web.Request) -> web.StreamResponse:
        path = (root / request.match_info["path"]).resolve()
        if path.is_dir():
            path = path / "index.html"
        if not path.is_relative_to(root) or not path.is_file():
            return problem(404, "Not Found", f"There is no page {request.path}.")
        return web.FileResponse(path, headers={"Cache-Control": "no-cache"})

    return routes
