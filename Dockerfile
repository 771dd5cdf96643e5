# Libraries and applications in one image; docker-compose.yml says which of them a container runs.
FROM node:24-slim
WORKDIR /app
COPY . .
RUN npm ci --ignore-scripts && npm run build
USER node
