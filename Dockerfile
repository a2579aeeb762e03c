# Builds the distribution, then leaves only it and a Java runtime in the image.
FROM maven:3.9-eclipse-temurin-21 AS build
WORKDIR /build
COPY . .
RUN mvn -B -ntp -Dmaven.test.skip=true -Dspotless.check.skip=true package \
    && mkdir /opt/serai \
    && tar -xzf target/serai-*.tar.gz -C /opt/serai --strip-components=1

FROM eclipse-temurin:21-jre
COPY --from=build /opt/serai /opt/serai
WORKDIR /opt/serai
# No start-up archive is written: the file system may be read-only.
ENV SERAI_CACHE=none
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
# Asks for readiness without a further program: bash opens the connection itself.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /observe/health/ready HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["bin/serai"]
CMD ["run"]
