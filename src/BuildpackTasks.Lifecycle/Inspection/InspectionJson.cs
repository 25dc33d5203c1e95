using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Inspections as JSON for programs: a list with one object for each image and platform. docs/inspect.md names the members.</summary>
public static class InspectionJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, NewLine = "\n" };

    /// <summary>Writes the list. Characters that a terminal would obey or hide are escaped.</summary>
    /// <param name="results">What was found out of each image, or why nothing could be.</param>
    public static string Write(IEnumerable<InspectionResult> results)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartArray();
            foreach (InspectionResult result in results)
            {
                if (result.Error is { } error) Failed(writer, result.Name, error);
                foreach (ImageInspection inspection in result.Inspections) Inspected(writer, inspection);
            }
            writer.WriteEndArray();
        }
        return ShownText.Json(Encoding.UTF8.GetString(buffer.WrittenSpan)) + "\n";
    }

    private static void Failed(Utf8JsonWriter writer, string name, CodedException error)
    {
        writer.WriteStartObject();
        writer.WriteString("image", name);
        writer.WriteStartObject("error");
        writer.WriteString("code", error.Code);
        writer.WriteString("message", error.Message);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Inspected(Utf8JsonWriter writer, ImageInspection inspection)
    {
        Image image = inspection.Image;
        writer.WriteStartObject();
        writer.WriteString("image", inspection.Name);
        writer.WriteString("digest", image.Digest.ToString());
        writer.WriteString("indexDigest", inspection.IndexDigest?.ToString());
        writer.WriteString("mediaType", image.Descriptor.MediaType);
        writer.WriteString("platform", image.Config.Platform.ToString());
        writer.WriteString("osVersion", image.Config.Platform.OsVersion);
        writer.WriteString("created", image.Config.Created?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        writer.WriteNumber("size", inspection.Size);
        writer.WriteBoolean("isBuildpacksImage", inspection.IsBuildpacksImage);
        writer.WriteString("executionEnvironment", inspection.ExecutionEnvironment);
        writer.WritePropertyName("runImage");
        RunImage(writer, inspection);
        writer.WriteStartObject("rebase");
        writer.WriteBoolean("isPossible", inspection.RebaseObstacle is null);
        writer.WriteString("code", inspection.RebaseObstacle?.Code);
        writer.WriteString("reason", inspection.RebaseObstacle?.Message);
        writer.WriteEndObject();
        writer.WritePropertyName("system");
        System(writer, inspection.System);
        List(writer, "addedPackages", inspection.AddedPackages, Package);
        writer.WritePropertyName("runtime");
        Runtime(writer, inspection.Runtime);
        List(writer, "buildpacks", inspection.Buildpacks, Buildpack);
        List(writer, "extensions", inspection.Extensions, Buildpack);
        writer.WriteString("launcherVersion", inspection.LauncherVersion);
        List(writer, "processes", inspection.Processes, Process);
        List(writer, "layers", inspection.Layers, Layer);
        writer.WriteString("sbom", inspection.Sbom?.ToString());
        writer.WritePropertyName("project");
        if (inspection.ProjectJson is { } project) writer.WriteRawValue(project);
        else writer.WriteNullValue();
        Config(writer, image);
        List(writer, "notes", inspection.Notes, static (writer, note) => writer.WriteStringValue(note));
        writer.WriteEndObject();
    }

    private static void RunImage(Utf8JsonWriter writer, ImageInspection inspection)
    {
        if (inspection.RunImage is not { } runImage)
        {
            writer.WriteNullValue();
            return;
        }
        writer.WriteStartObject();
        writer.WriteString("name", runImage.Name);
        writer.WriteString("reference", runImage.Reference);
        Texts(writer, "mirrors", runImage.Mirrors);
        writer.WriteString("topLayer", runImage.TopLayer);
        writer.WriteNumber("layers", inspection.RunImageLayers.Count());
        writer.WriteNumber("size", inspection.RunImageLayers.Sum(static layer => layer.Layer.Descriptor.Size));
        Newer(writer, runImage.Newer);
        writer.WriteEndObject();
    }

    private static void Newer(Utf8JsonWriter writer, Availability newer)
    {
        writer.WriteStartObject("newer");
        writer.WriteString("answer", Answer(newer));
        writer.WriteString("found", newer.Found);
        writer.WriteString("reason", newer.Reason);
        List(writer, "packages", newer.Packages, static (writer, package) =>
        {
            writer.WriteStartObject();
            writer.WriteString("name", package.Name);
            writer.WriteString("before", package.Before);
            writer.WriteString("after", package.After);
            writer.WriteEndObject();
        });
        writer.WriteEndObject();
    }

    /// <summary>The answer as a word: <c>yes</c>, <c>no</c>, <c>unknown</c>.</summary>
    /// <param name="newer">The answer.</param>
    public static string Answer(Availability newer) => newer.IsNewer switch { true => "yes", false => "no", null => "unknown" };

    private static void System(Utf8JsonWriter writer, SystemFacts? system)
    {
        if (system is null)
        {
            writer.WriteNullValue();
            return;
        }
        writer.WriteStartObject();
        writer.WriteString("distribution", system.DistributionName);
        writer.WriteString("version", system.DistributionVersion);
        writer.WriteString("cLibrary", system.CLibrary);
        writer.WriteString("packageManager", system.PackageManager);
        List(writer, "packages", system.Packages, Package);
        writer.WriteEndObject();
    }

    private static void Package(Utf8JsonWriter writer, InstalledPackage package)
    {
        writer.WriteStartObject();
        writer.WriteString("name", package.Name);
        writer.WriteString("version", package.Version);
        writer.WriteEndObject();
    }

    private static void Runtime(Utf8JsonWriter writer, InspectedRuntime? runtime)
    {
        if (runtime is null)
        {
            writer.WriteNullValue();
            return;
        }
        writer.WriteStartObject();
        writer.WriteString("name", runtime.Name);
        writer.WriteString("version", runtime.Version);
        writer.WriteString("origin", runtime.Origin);
        List(writer, "parts", runtime.Parts, static (writer, part) => Package(writer, new InstalledPackage(part.Key, part.Value)));
        Newer(writer, runtime.Newer);
        writer.WriteEndObject();
    }

    private static void Buildpack(Utf8JsonWriter writer, InspectedBuildpack buildpack)
    {
        writer.WriteStartObject();
        writer.WriteString("id", buildpack.Id);
        writer.WriteString("version", buildpack.Version);
        writer.WriteString("homepage", buildpack.Homepage);
        writer.WriteEndObject();
    }

    private static void Process(Utf8JsonWriter writer, InspectedProcess process)
    {
        writer.WriteStartObject();
        writer.WriteString("type", process.Type);
        Texts(writer, "command", process.Command);
        Texts(writer, "args", process.Arguments);
        writer.WriteBoolean("direct", process.IsDirect);
        writer.WriteBoolean("default", process.IsDefault);
        writer.WriteString("workingDirectory", process.WorkingDirectory);
        writer.WriteString("buildpack", process.Buildpack);
        writer.WriteEndObject();
    }

    private static void Layer(Utf8JsonWriter writer, InspectedLayer layer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", layer.Name);
        writer.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(layer.Kind.ToString()));
        writer.WriteString("buildpack", layer.Buildpack);
        writer.WriteString("diffId", layer.Layer.DiffId.ToString());
        writer.WriteString("digest", layer.Layer.Descriptor.Digest.ToString());
        writer.WriteNumber("size", layer.Layer.Descriptor.Size);
        writer.WriteString("mediaType", layer.Layer.Descriptor.MediaType);
        writer.WriteString("createdBy", layer.CreatedBy);
        writer.WriteEndObject();
    }

    private static void Config(Utf8JsonWriter writer, Image image)
    {
        writer.WriteStartObject("config");
        writer.WriteString("user", image.Config.User);
        writer.WriteString("workingDirectory", image.Config.WorkingDirectory);
        Texts(writer, "entrypoint", image.Config.Entrypoint);
        Texts(writer, "command", image.Config.Command);
        Texts(writer, "environment", [.. image.Config.Environment.Select(static variable => $"{variable.Key}={variable.Value}")]);
        Texts(writer, "ports", image.Config.ExposedPorts);
        writer.WriteEndObject();
        Values(writer, "labels", image.Config.Labels);
        Values(writer, "annotations", image.Annotations.OrderBy(static annotation => annotation.Key, StringComparer.Ordinal));
    }

    private static void Values(Utf8JsonWriter writer, string name, IEnumerable<KeyValuePair<string, string>> values)
    {
        writer.WriteStartObject(name);
        foreach ((string key, string value) in values) writer.WriteString(key, value);
        writer.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts) => List(writer, name, texts, static (writer, text) => writer.WriteStringValue(text));

    private static void List<T>(Utf8JsonWriter writer, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (T item in items) write(writer, item);
        writer.WriteEndArray();
    }
}
