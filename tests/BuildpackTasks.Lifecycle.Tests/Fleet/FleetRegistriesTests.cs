using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>The registries that files name, known before anything is done.</summary>
[TestClass]
public sealed class FleetRegistriesTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_list_names_those_of_its_images()
    {
        using var directory = new TemporaryDirectory();
        string list = directory.Write("fleet.txt", "corp.example/a:1\n# other.example/b:1\nnot an image\noci:layout:1\noci:5000/dir/x:1\nCORP.example/c:1\nweb:1\n");

        IReadOnlySet<string> registries = await FleetRegistries.OfListAsync(list, Token);

        Assert.AreEqual("corp.example docker.io", string.Join(' ', registries.Order(StringComparer.Ordinal)));
    }

    [TestMethod]
    public async Task A_rollback_file_names_those_of_its_tags()
    {
        using var directory = new TemporaryDirectory();
        string digest = $"sha256:{new string('a', 64)}";
        string file = directory.Write("back.jsonl", $$"""
            {"rollback":"1","begun":"2026-11-20T10:00:00Z"}
            {"image":"corp.example/a:1","tag":"1","old":"{{digest}}","new":"{{digest}}"}
            broken
            {"image":"oci:/layout:1","tag":"1","old":"{{digest}}","new":"{{digest}}"}
            {"image":"ghcr.io/x/y:2","tag":"2","old":"{{digest}}","new":"{{digest}}"}

            """);

        IReadOnlySet<string> registries = await FleetRegistries.OfRollbackFileAsync(file, Token);

        Assert.AreEqual("corp.example ghcr.io", string.Join(' ', registries.Order(StringComparer.Ordinal)));
    }

    [TestMethod]
    public async Task What_is_not_there_or_can_be_read_but_once_names_none()
    {
        using var directory = new TemporaryDirectory();
        string pipe = directory.Combine("pipe"), link = directory.Combine("link");
        (await Command.RunAsync("mkfifo", [pipe], cancellationToken: Token)).EnsureSuccess();
        File.CreateSymbolicLink(link, pipe);

        IReadOnlySet<string>[] found =
        [
            await FleetRegistries.OfListAsync(directory.Combine("nowhere.txt"), Token),
            await FleetRegistries.OfRollbackFileAsync(directory.Combine("nowhere.jsonl"), Token),
            await FleetRegistries.OfListAsync(pipe, Token),
            await FleetRegistries.OfListAsync(link, Token),
            await FleetRegistries.OfListAsync(directory.Path, Token),
        ];

        Assert.IsTrue(found.All(static registries => registries.Count == 0));
    }
}
