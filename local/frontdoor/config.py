"""`/config.json`: what the pages and the tests must know to talk to this platform."""

from aiohttp import web

from local.frontdoor.platform import PLATFORM
from local.seed import DEMO_USERS


async def config(request: web.Request) -> web.Response:
    """The outputs are looked up each time: this is read once a page, and must be right after a deployment."""
    platform = request.app[PLATFORM]
    outputs = await platform.look_up()
    settings = platform.settings
    document = {
        "apiUrl": f"{settings.front_door}/api",
        "webSocketUrl": f"ws://localhost:{settings.port}/ws",
        "userPoolId": outputs.get("UserPoolId"),
        "userPoolClientId": outputs.get("UserPoolClientId"),
        "region": settings.region,
        "emulatorUrl": settings.endpoint,
        "cognitoUrl": settings.endpoint,  # it answers other origins (CORS): pages sign in there directly
        "paymentGateway": settings.payment_gateway,
        "stackName": settings.stack_name,
        "demoUsers": DEMO_USERS,
    }
    return web.json_response(document, headers={"Cache-Control": "no-store"})
