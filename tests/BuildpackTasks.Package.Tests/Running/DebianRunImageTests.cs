using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>What an app finds on a run image made of Debian packages.</summary>
[TestClass]
public sealed class DebianRunImageTests
{
    private const string Program = """
        using System.Globalization;
        using System.Security.Cryptography.X509Certificates;

        Console.WriteLine(1234.5.ToString("N2", new CultureInfo("de-DE")));
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        Console.WriteLine(TimeZoneInfo.ConvertTime(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero), berlin).ToString("HH:mm zzz"));
        using var roots = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
        roots.Open(OpenFlags.ReadOnly);
        Console.WriteLine(roots.Certificates.Count > 100 ? "many roots" : $"{roots.Certificates.Count} roots");
        Console.WriteLine(Environment.UserName);
        foreach (var path in (string[])[Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "new"), "/etc/passwd"])
        {
            try
            {
                File.AppendAllText(path, "");
                Console.WriteLine($"{path} written");
            }
            catch (UnauthorizedAccessException)
            {
                Console.WriteLine($"{path} refused");
            }
        }

        Console.WriteLine(Directory.GetFiles("/usr/share/fonts/truetype/dejavu").Length > 0 ? "a font" : "no font");

        """;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task An_app_has_cultures_time_zones_certificates_and_added_packages_and_may_write_nothing()
    {
        using var project = await SdkProject.CreateAsync(
            ProjectTemplate.Console, new ProjectOptions { More = """<ItemGroup><DebianPackage Include="fonts-dejavu-core" /></ItemGroup>""" });
        project.Write("Program.cs", Program);
        var (layout, image) = await Publishing.ToLayoutAsync(project, TestContext.CancellationToken);
        await using var podman = new Podman();

        var result = await podman.RunAsync($"oci:{layout}:latest", [], new RunOptions { ReadOnly = false }, TestContext.CancellationToken);

        Assert.AreEqual(
            """
            1.234,50
            14:00 +02:00
            many roots
            app
            /app/App refused
            /app/new refused
            /etc/passwd refused
            a font

            """,
            result.EnsureSuccess().Output);
        Assert.AreEqual("debian://trixie debian-packages dotnet-runtime apphost app", string.Join(' ', image.LayerNames));
        var system = await image["debian://trixie"].PathsAsync(TestContext.CancellationToken);
        Assert.IsNotEmpty(system.Where(path => path.Contains("libicu", StringComparison.Ordinal)));

        // The package is in a layer of its own, with the status by which scanners see it.
        var fonts = image["debian-packages"];
        Assert.Contains("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", await fonts.PathsAsync(TestContext.CancellationToken));
        Assert.DoesNotContain("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", system);
        var status = await fonts.ReadAsync("/var/lib/dpkg/status.d/fonts-dejavu-core", TestContext.CancellationToken);
        Assert.Contains("Package: fonts-dejavu-core\n", Encoding.UTF8.GetString(status));
    }
}
