using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BuildpackTasks.Testing;

/// <summary>Configs and manifests of generated images, and what is in their run image.</summary>
internal static class FleetImageJson
{
    private const string Created = "1980-01-01T00:00:01Z";

    public static byte[] OsRelease(string version) => Encoding.UTF8.GetBytes($"ID=debian\nVERSION_ID=13\nBUILD_ID={version}\n");

    public static byte[] DpkgStatus(string version) => Encoding.UTF8.GetBytes($"""
        Package: base-files
        Status: install ok installed
        Architecture: amd64
        Version: 13.{version}

        Package: libssl3t64
        Status: install ok installed
        Architecture: amd64
        Source: openssl
        Version: 3.5.{version}-1

        Package: tzdata
        Status: install ok installed
        Architecture: all
        Version: 2025b-1

        """);

    public static (byte[] Config, Func<string, byte[]> Manifest) Run(string version, FleetLayer layer) => Image(
        new JsonObject { ["Env"] = new JsonArray("PATH=/usr/bin:/bin", $"OS_BUILD={version}") }, [(layer, $"run image {version}")]);

    public static (byte[] Config, Func<string, byte[]> Manifest) App(string runImage, string runReference, FleetLayer run, FleetLayer shared, FleetLayer app)
    {
        var metadata = new JsonObject
        {
            ["app"] = new JsonArray(new JsonObject { ["sha"] = app.DiffId }),
            ["buildpacks"] = new JsonArray(new JsonObject
            {
                ["key"] = "test/fleet",
                ["version"] = "1.0.0",
                ["layers"] = new JsonObject { ["shared"] = new JsonObject { ["sha"] = shared.DiffId, ["data"] = new JsonObject(), ["build"] = false, ["launch"] = true, ["cache"] = false } },
            }),
            ["config"] = new JsonObject { ["sha"] = "" },
            ["launcher"] = new JsonObject { ["sha"] = "" },
            ["runImage"] = new JsonObject { ["topLayer"] = run.DiffId, ["reference"] = runReference, ["image"] = runImage },
            ["stack"] = new JsonObject { ["runImage"] = new JsonObject { ["image"] = runImage } },
        };
        return Image(
            new JsonObject
            {
                ["Env"] = new JsonArray("PATH=/usr/bin:/bin", "OS_BUILD=1", "CNB_PLATFORM_API=0.14", "CNB_LAYERS_DIR=/layers", "CNB_APP_DIR=/app"),
                ["Entrypoint"] = new JsonArray("/app/run"),
                ["WorkingDir"] = "/app",
                ["Labels"] = new JsonObject
                {
                    ["io.buildpacks.build.metadata"] = """{"bom":null,"buildpacks":[{"id":"test/fleet","version":"1.0.0"}],"launcher":{"version":"","source":{"git":{"repository":"","commit":""}}},"processes":[{"type":"web","command":["/app/run"],"args":[],"direct":true}]}""",
                    ["io.buildpacks.lifecycle.metadata"] = metadata.ToJsonString(),
                    ["io.buildpacks.project.metadata"] = "{}",
                    ["io.buildpacks.rebasable"] = "true",
                },
            },
            [(run, "run image 1"), (shared, "Layer: 'shared', Created by buildpack: test/fleet@1.0.0"), (app, "Application Layer")]);
    }

    private static (byte[] Config, Func<string, byte[]> Manifest) Image(JsonObject settings, IReadOnlyList<(FleetLayer Layer, string CreatedBy)> layers)
    {
        byte[] config = Bytes(new JsonObject
        {
            ["created"] = Created,
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["config"] = settings,
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray([.. layers.Select(static layer => (JsonNode)layer.Layer.DiffId)]) },
            ["history"] = new JsonArray([.. layers.Select(static layer => new JsonObject { ["created"] = Created, ["created_by"] = layer.CreatedBy })]),
        });
        return (config, digest => Bytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = new JsonObject { ["mediaType"] = "application/vnd.oci.image.config.v1+json", ["size"] = config.Length, ["digest"] = digest },
            ["layers"] = new JsonArray([.. layers.Select(static layer => new JsonObject
            {
                ["mediaType"] = "application/vnd.oci.image.layer.v1.tar+gzip", ["size"] = layer.Layer.Bytes.Length, ["digest"] = layer.Layer.Digest,
            })]),
        }));
    }

    private static byte[] Bytes(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes(json);
}
