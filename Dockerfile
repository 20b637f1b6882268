# One image for every process; without a command it is the whole platform in one, on the embedded engines. Others are started as
# `node apps/gateway/dist/main.js`, `node apps/command-api/dist/main.js`, `node apps/projector/dist/main.js`.
# `24-slim` follows the security releases of the long-term line; build with NODE_IMAGE=node:24-slim@sha256:… to freeze it.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY . .
# No install scripts: the native packages carry their binaries. The pinned Node of package.json is for machines with an older one.
RUN npm ci --ignore-scripts --include=dev --include=optional \
  && rm -rf node_modules/node-linux-* node_modules/.bin/node \
  && npx tsc -b \
  && npm prune --ignore-scripts --omit=dev \
  && rm -rf node_modules/node-linux-* node_modules/.bin/node apps/*/src libs/*/src libs/testing

FROM ${NODE_IMAGE}
ENV NODE_ENV=production DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/libs libs
COPY --from=build /app/apps apps
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
# Each process is asked at the port that its own variable names.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "const { GATEWAY_PORT, COMMAND_API_PORT, PROJECTOR_PORT } = process.env; fetch(`http://127.0.0.1:${GATEWAY_PORT || COMMAND_API_PORT || PROJECTOR_PORT || 8080}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/standalone/dist/main.js"]
