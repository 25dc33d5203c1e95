using System.Text;
using System.Text.Json.Nodes;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class ImageConfigTests
{
    private const string DiffId = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    // Every part that the type names, and others that it does not.
    private const string Full = $$$"""
        {"created":"2024-05-06T07:08:09.1234567Z","author":"somebody","architecture":"arm64","os":"linux","variant":"v8","os.version":"1","os.features":["a"],
        "config":{"User":"1654","ExposedPorts":{"8080/tcp":{},"443/tcp":{}},"Env":["PATH=/bin","EMPTY=","NOTHING","A=b=c"],"Entrypoint":["/app/web"],"Cmd":["--x"],
        "Volumes":{"/data":{}},"WorkingDir":"/app","Labels":{"b":"2","a":"1","n":null},"StopSignal":"SIGTERM","Healthcheck":{"Test":["CMD","/x"],"Interval":30000000000},"Shell":["/bin/sh","-c"]},
        "rootfs":{"type":"layers","diff_ids":["{{{DiffId}}}"]},
        "history":[{"created":"2024-01-01T00:00:00Z","created_by":"base"},{"created_by":"env","empty_layer":true}],
        "moby.buildkit.something":{"é<&":1.50}}
        """;

    [TestMethod]
    public void Everything_that_has_a_name_is_read()
    {
        ImageConfig config = Parse(Full);

        Assert.AreEqual(new Platform("linux", "arm64", "v8", "1"), config.Platform);
        Assert.AreEqual(new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero).AddTicks(1234567), config.Created);
        Assert.AreEqual("1654", config.User);
        Assert.AreEqual("/app", config.WorkingDirectory);
        Assert.AreEqual("/app/web", string.Join(' ', config.Entrypoint));
        Assert.AreEqual("--x", string.Join(' ', config.Command));
        Assert.AreEqual("[PATH, /bin] [EMPTY, ] [NOTHING, ] [A, b=c]", string.Join(' ', config.Environment));
        Assert.AreEqual("[a, 1] [b, 2] [n, ]", string.Join(' ', config.Labels));
        Assert.AreEqual("443/tcp 8080/tcp", string.Join(' ', config.ExposedPorts));
        Assert.AreEqual(DiffId, string.Join(' ', config.DiffIds));
        Assert.AreEqual(2, config.HistoryCount);
    }

    [TestMethod]
    public void What_has_no_name_survives_every_change()
    {
        ImageConfig changed = Change(Parse(Full));

        var before = JsonNode.Parse(Full)!;
        var after = JsonNode.Parse(changed.ToBytes())!;
        foreach (string member in new[] { "author", "os.features", "os.version", "variant", "moby.buildkit.something" })
            Assert.IsTrue(JsonNode.DeepEquals(before[member], after[member]), member);
        foreach (string member in new[] { "Volumes", "StopSignal", "Healthcheck", "Shell" })
            Assert.IsTrue(JsonNode.DeepEquals(before["config"]![member], after["config"]![member]), member);
        StringAssert.Contains(Encoding.UTF8.GetString(changed.ToBytes()), "\"moby.buildkit.something\":{\"é<&\":1.50}");
    }

    [TestMethod]
    public void Changes_are_made_and_the_value_that_was_changed_stays_as_it_was()
    {
        ImageConfig config = Parse(Full);
        byte[] before = config.ToBytes();

        ImageConfig changed = Change(config);

        Assert.AreEqual("2000-01-02T03:04:05.0000000+00:00", changed.Created?.ToString("O"));
        Assert.IsNull(changed.User);
        Assert.AreEqual("/work", changed.WorkingDirectory);
        Assert.AreEqual("a b", string.Join(' ', changed.Entrypoint));
        Assert.IsEmpty(changed.Command);
        Assert.AreEqual("[PATH, /app] [EMPTY, ] [NOTHING, something] [A, b=c] [NEW, x=y]", string.Join(' ', changed.Environment));
        Assert.AreEqual("[a, 3] [b, 2] [n, ] [z, ü]", string.Join(' ', changed.Labels));
        Assert.AreEqual("443/tcp 53/udp 8080/tcp", string.Join(' ', changed.ExposedPorts));
        CollectionAssert.AreEqual(before, config.ToBytes());
    }

    [TestMethod]
    public void Equal_values_have_equal_bytes()
    {
        ImageConfig first = ImageConfig.Create(new Platform("linux", "amd64")).WithLabels([KeyValuePair.Create("b", "2"), KeyValuePair.Create("a", "1")]).WithExposedPorts(["80/tcp", "8080/tcp"]);
        ImageConfig second = ImageConfig.Create(new Platform("linux", "amd64")).WithLabels([KeyValuePair.Create("a", "1")]).WithLabels([KeyValuePair.Create("b", "2")]).WithExposedPorts(["8080/tcp"]).WithExposedPorts(["80/tcp"]);

        Assert.AreEqual(
            """{"architecture":"amd64","os":"linux","config":{"Labels":{"a":"1","b":"2"},"ExposedPorts":{"80/tcp":{},"8080/tcp":{}}},"rootfs":{"type":"layers","diff_ids":[]}}""",
            Encoding.UTF8.GetString(first.ToBytes()));
        CollectionAssert.AreEqual(first.ToBytes(), second.ToBytes());
    }

    [TestMethod]
    [DataRow("", "it is not JSON")]
    [DataRow("{", "it is not JSON")]
    [DataRow("[]", "it is not a JSON object")]
    [DataRow("null", "it is not a JSON object")]
    [DataRow("""{"os":"linux","os":"windows"}""", "it is not JSON")]
    [DataRow("""{"os":"linux","architecture":"amd64"}""", "it has no 'rootfs'")]
    [DataRow("""{"os":"linux","rootfs":{}}""", "it does not say which os and architecture it is for")]
    [DataRow("""{"os":1,"architecture":"amd64","rootfs":{}}""", "'os', 'architecture', 'variant' or 'os.version' has another form than the specification says")]
    [DataRow("""{"os":"linux","architecture":"amd64","rootfs":{"diff_ids":["sha256:1"]}}""", "'diff_ids' has another form than the specification says")]
    [DataRow("""{"os":"linux","architecture":"amd64","rootfs":{},"config":{"Env":[null]}}""", "'Env' has another form than the specification says")]
    [DataRow("""{"os":"linux","architecture":"amd64","rootfs":{},"config":{"Env":["\ud800"]}}""", "'Env' has another form than the specification says")]
    public void A_malformed_config_is_an_error_that_says_what_is_wrong(string text, string reason)
    {
        OciException error = Assert.ThrowsExactly<OciException>(() => Parse(text));

        Assert.AreEqual("BPT1003", error.Code);
        Assert.AreEqual($"The config of 'the image' is not an image config: {reason}. Use another image or have this one pushed again.", error.Message);
    }

    [TestMethod]
    public void Whatever_is_missing_or_replaced_it_is_refused_at_once_or_everything_works()
    {
        string[] replacements = ["null", "true", "5", "-1e400", "\"\"", "\"text\"", "\"\\ud800\"", "[]", "[null]", "[5]", "[[]]", "[\"x\"]", "{}", "{\"x\":null}", "{\"x\":5}", "{\"x\":{}}", "{\"\\ud800\":\"x\"}"];
        int refused = 0, accepted = 0;
        foreach (string path in Paths(JsonNode.Parse(Full)!, []).Select(static path => string.Join('\n', path)))
        {
            foreach (string? replacement in replacements.Prepend(null))
            {
                string text = Replaced(path.Split('\n'), replacement);
                try
                {
                    UseAll(Change(Parse(text)));
                    accepted++;
                }
                catch (OciException e) when (e.Code == "BPT1003")
                {
                    refused++;
                }
                catch (Exception e) when (e is not OciException)
                {
                    Assert.Fail($"{text}\n{e}");
                }
            }
        }
        Assert.IsGreaterThan(100, refused);
        Assert.IsGreaterThan(100, accepted);
    }

    private static IEnumerable<string[]> Paths(JsonNode? node, string[] here)
    {
        if (here.Length > 0) yield return here;
        IEnumerable<(string Name, JsonNode? Child)> children = node switch
        {
            JsonObject members => members.Select(static member => (member.Key, member.Value)),
            JsonArray items => items.Select(static (item, i) => ($"{i}", item)),
            _ => [],
        };
        foreach ((string name, JsonNode? child) in children)
        {
            foreach (string[] path in Paths(child, [.. here, name])) yield return path;
        }
    }

    // Replaced as text, because some of the replacements cannot be made as values.
    private static string Replaced(string[] path, string? replacement)
    {
        JsonNode root = JsonNode.Parse(Full)!;
        JsonNode parent = root;
        foreach (string name in path[..^1]) parent = parent is JsonArray items ? items[int.Parse(name)]! : parent[name]!;
        if (parent is JsonArray array)
        {
            if (replacement is null) array.RemoveAt(int.Parse(path[^1]));
            else array[int.Parse(path[^1])] = "REPLACED";
        }
        else if (replacement is null)
        {
            parent.AsObject().Remove(path[^1]);
        }
        else
        {
            parent[path[^1]] = "REPLACED";
        }
        return root.ToJsonString().Replace("\"REPLACED\"", replacement);
    }

    private static void UseAll(ImageConfig config)
    {
        _ = (config.Platform, config.Created, config.User, config.WorkingDirectory, config.Entrypoint, config.Command, config.Environment, config.Labels, config.ExposedPorts, config.DiffIds, config.HistoryCount);
        Parse(Encoding.UTF8.GetString(config.ToBytes()));
    }

    private static ImageConfig Change(ImageConfig config) => config
        .WithCreated(new DateTimeOffset(2000, 1, 2, 3, 4, 5, TimeSpan.Zero))
        .WithUser(null)
        .WithWorkingDirectory("/work")
        .WithEntrypoint(["a", "b"], [])
        .WithEnvironmentVariable("PATH", "/app")
        .WithEnvironmentVariable("NOTHING", "something")
        .WithEnvironmentVariable("NEW", "x=y")
        .WithLabels([KeyValuePair.Create("z", "ü"), KeyValuePair.Create("a", "3")])
        .WithExposedPorts(["53/udp"]);

    private static ImageConfig Parse(string text) => ImageConfig.Parse(Encoding.UTF8.GetBytes(text), "the image");
}
