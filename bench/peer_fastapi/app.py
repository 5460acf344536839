"""The tenant read of the admin API as a usual FastAPI service: what the benchmark compares with."""
import os
from datetime import datetime
from typing import AsyncIterator, Optional

import jwt
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from redis.asyncio import Redis
from sqlalchemy import Column, DateTime, Integer, String, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import declarative_base, sessionmaker

SECRET_KEY = os.environ["SECRET_KEY"]
ISSUER = os.environ.get("JWT_ISSUER", "agente-hotel")
AUDIENCE = os.environ.get("JWT_AUDIENCE", "agente-hotel")
REQUESTS_A_MINUTE = int(os.environ.get("REQUESTS_A_MINUTE", "600"))

url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+asyncpg")
engine = create_async_engine(
    url.difference_update_query(["sslmode"]),  # asyncpg does not know the parameter
    pool_size=int(os.environ.get("POSTGRES_POOL_SIZE", "2")),
    max_overflow=int(os.environ.get("POSTGRES_MAX_OVERFLOW", "2")),
    pool_timeout=30,
)
new_session = sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
redis = Redis.from_url(os.environ["REDIS_URL"])
bearer = HTTPBearer(auto_error=False)
app = FastAPI(title="Tenant read")
Base = declarative_base()

RIGHTS = {"owner": {"tenants:read"}, "manager": {"tenants:read"}, "agent": {"tenants:read"}, "viewer": {"tenants:read"}}


class TenantRow(Base):
    __tablename__ = "tenants"
    __table_args__ = {"schema": "public"}
    id = Column(Integer, primary_key=True)
    tenant_id = Column(String, nullable=False)
    name = Column(String, nullable=False)
    status = Column(String, nullable=False)
    business_hours_start = Column(Integer)
    business_hours_end = Column(Integer)
    business_hours_timezone = Column(String)
    settings = Column(JSONB, nullable=False)
    created_at = Column(DateTime(timezone=True), nullable=False)
    updated_at = Column(DateTime(timezone=True), nullable=False)


class BusinessHours(BaseModel):
    start: Optional[int]
    end: Optional[int]
    timezone: Optional[str]


class Secret(BaseModel):
    set: bool


class WhatsApp(BaseModel):
    phone_number_id: Optional[str]
    access_token: Secret
    app_secret: Secret


class Pms(BaseModel):
    base_url: Optional[str]
    hotel_id: Optional[int]
    api_key: Secret


class ByLanguage(BaseModel):
    es: Optional[str]
    en: Optional[str]
    pt: Optional[str]


class Texts(BaseModel):
    welcome: ByLanguage
    handover: ByLanguage


class Settings(BaseModel):
    languages: list[str]
    currency: Optional[str]
    timezone: Optional[str]
    whatsapp: WhatsApp
    pms: Pms
    texts: Texts


class Tenant(BaseModel):
    slug: str
    name: str
    status: str
    business_hours: BusinessHours
    settings: Settings
    created_at: datetime
    updated_at: datetime


class Caller(BaseModel):
    user_id: str
    tenant: str
    role: str


async def current_caller(token: Optional[HTTPAuthorizationCredentials] = Depends(bearer)) -> Caller:
    refused = {"headers": {"WWW-Authenticate": "Bearer"}}
    if token is None:
        raise HTTPException(401, "sign in", **refused)
    try:
        said = jwt.decode(token.credentials, SECRET_KEY, algorithms=["HS256"], issuer=ISSUER, audience=AUDIENCE, leeway=30)
        return Caller(user_id=said["sub"], tenant=said["tenant"], role=said["role"])
    except (jwt.PyJWTError, KeyError) as e:
        raise HTTPException(401, "the token is not good", **refused) from e


async def reader(request: Request, caller: Caller = Depends(current_caller)) -> Caller:
    key = f"peer:rate:{request.scope['route'].path}:{caller.user_id}"
    async with redis.pipeline(transaction=False) as pipe:
        count, _ = await pipe.incr(key).expire(key, 60, nx=True).execute()
    if count > REQUESTS_A_MINUTE:
        raise HTTPException(429, "too many requests", headers={"Retry-After": "60"})
    if "tenants:read" not in RIGHTS.get(caller.role, set()):
        raise HTTPException(403, "this needs the right tenants:read")
    return caller


async def scoped_session(caller: Caller = Depends(reader)) -> AsyncIterator[AsyncSession]:
    """A transaction that sees the rows of the caller's tenant: row level security does the rest."""
    async with new_session() as session, session.begin():
        await session.execute(
            text("select set_config('role', 'agente_app', true), set_config('agente.tenant', :tenant, true),"
                 " set_config('statement_timeout', '5000', true)"),
            {"tenant": caller.tenant},
        )
        yield session


def shown(row: TenantRow) -> Tenant:
    settings, secret = row.settings, lambda part, name: Secret(set=bool(part.get(name)))
    whatsapp, pms, texts = (settings.get(part) or {} for part in ("whatsapp", "pms", "texts"))
    return Tenant(
        slug=row.tenant_id, name=row.name, status=row.status, created_at=row.created_at, updated_at=row.updated_at,
        business_hours=BusinessHours(
            start=row.business_hours_start, end=row.business_hours_end, timezone=row.business_hours_timezone),
        settings=Settings(
            languages=settings.get("languages") or [], currency=settings.get("currency"), timezone=settings.get("timezone"),
            whatsapp=WhatsApp(phone_number_id=whatsapp.get("phone_number_id"),
                              access_token=secret(whatsapp, "access_token"), app_secret=secret(whatsapp, "app_secret")),
            pms=Pms(base_url=pms.get("base_url"), hotel_id=pms.get("hotel_id"), api_key=secret(pms, "api_key")),
            texts=Texts(welcome=texts.get("welcome") or {}, handover=texts.get("handover") or {})),
    )


@app.get("/api/v1/admin/tenants/{slug}", response_model=Tenant)
async def read_tenant(slug: str, session: AsyncSession = Depends(scoped_session)) -> Tenant:
    row = (await session.execute(select(TenantRow).where(TenantRow.tenant_id == slug))).scalar_one_or_none()
    if row is None:
        raise HTTPException(404, "there is no such hotel, or it is not yours")
    return shown(row)


@app.get("/health/live")
async def live() -> dict[str, str]:
    return {"status": "alive"}
