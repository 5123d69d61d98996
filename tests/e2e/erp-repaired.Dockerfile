# One service of the workspace on Debian, with OpenGL and Python for the services that run models.
#   docker build -f infrastructure/docker/templates/node-service-debian-ml.Dockerfile --build-arg SERVICE_NAME=finance .

FROM node:22-bullseye-slim AS base
ENV PNPM_HOME=/pnpm
RUN corepack enable && corepack prepare pnpm@9.12.0 --activate
WORKDIR /app

# ============================================
# Dependencies Stage
# ============================================
FROM base AS deps
ARG SERVICE_NAME
COPY pnpm-workspace.yaml package.json pnpm-lock.yaml ./
COPY shared/infrastructure/package.json ./shared/infrastructure/
COPY services/${SERVICE_NAME}/package.json ./services/${SERVICE_NAME}/
RUN --mount=type=cache,id=pnpm,target=/pnpm/store pnpm install --frozen-lockfile

# ============================================
# Shared Packages Builder Stage
# ============================================
FROM base AS shared-builder
COPY pnpm-workspace.yaml package.json ./
COPY --from=deps /app/node_modules ./node_modules
COPY --from=deps /app/shared/infrastructure/node_modules ./shared/infrastructure/node_modules
COPY shared/infrastructure ./shared/infrastructure
WORKDIR /app/shared/infrastructure
RUN pnpm run build

# ============================================
# Builder Stage
# ============================================
FROM base AS builder
ARG SERVICE_NAME

# Node modules and workspace links from the deps stage
COPY --from=deps /app/node_modules ./node_modules
COPY --from=deps /app/services/${SERVICE_NAME}/node_modules ./services/${SERVICE_NAME}/node_modules

# Sources
COPY --from=shared-builder /app/shared/infrastructure ./shared/infrastructure
COPY services/${SERVICE_NAME} ./services/${SERVICE_NAME}

WORKDIR /app/services/${SERVICE_NAME}
RUN pnpm run build

# ============================================
# Production Stage
# ============================================
FROM base AS production
ARG SERVICE_NAME
ENV NODE_ENV=production

# Native libraries: OpenGL for rendering, Python for the models
RUN apt-get update && apt-get install -y --no-install-recommends \
    libgl1 \
    libglew2.1 \
    python3 \
    && rm -rf /var/lib/apt/lists/*

# The models need these modules: better to fail here than at the first request
RUN python3 -c "import json, sqlite3"

COPY --from=builder /app/node_modules ./node_modules
COPY --from=builder /app/shared/infrastructure/node_modules ./shared/infrastructure/node_modules
COPY --from=builder /app/shared/infrastructure/package.json ./shared/infrastructure/package.json
COPY --from=builder /app/shared/infrastructure/dist ./shared/infrastructure/dist
COPY --from=builder /app/services/${SERVICE_NAME}/node_modules ./services/${SERVICE_NAME}/node_modules
COPY --from=builder /app/services/${SERVICE_NAME}/package.json ./services/${SERVICE_NAME}/package.json
COPY --from=builder /app/services/${SERVICE_NAME}/dist ./services/${SERVICE_NAME}/dist

WORKDIR /app/services/${SERVICE_NAME}
USER node
EXPOSE 3000
CMD ["node", "dist/main.js"]
