using System.Security.Cryptography.X509Certificates;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

/// <summary>
/// Every place where credentials can be, with every way of a registry to ask for them: the right ones push and pull, wrong ones
/// are refused with the name of the place, and in neither case is a secret anywhere afterwards.
/// </summary>
[TestClass]
public sealed class AuthenticationMatrixTests
{
    private const string User = "ada";

    private static readonly Canary Password = new();
    private static readonly Canary IdentityToken = new();
    private static readonly TemporaryDirectory Certificates = new();
    private static RegistryServer basic = null!;
    private static RegistryServer tls = null!;
    private static RegistryServer tokens = null!;
    private static TestTokenServer tokenServer = null!;

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    public static IEnumerable<object[]> Sources => CredentialSource.All.Select(static source => new object[] { source.Name });

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        basic = await RegistryServer.StartAsync(new Testing.RegistryOptions { User = User, Password = Password.Secret }, context.CancellationToken);
        tls = await RegistryServer.StartAsync(new Testing.RegistryOptions { User = User, Password = Password.Secret, Tls = true }, context.CancellationToken);
        tokenServer = await TestTokenServer.StartAsync(User, Password.Secret, IdentityToken.Secret);
        tokens = await RegistryServer.StartAsync(
            new Testing.RegistryOptions { TokenRealm = tokenServer.Realm, TokenCertificateFile = tokenServer.WriteCertificate(Certificates.Path) }, context.CancellationToken);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await basic.DisposeAsync();
        await tls.DisposeAsync();
        await tokens.DisposeAsync();
        await tokenServer.DisposeAsync();
        Certificates.Dispose();
    }

    [TestMethod]
    [DynamicData(nameof(Sources))]
    public Task With_a_password_file(string source) => TryAsync(basic, source, User, Password);

    [TestMethod]
    [DynamicData(nameof(Sources))]
    public Task With_a_password_file_over_TLS(string source) => TryAsync(tls, source, User, Password);

    [TestMethod]
    [DynamicData(nameof(Sources))]
    public Task With_a_token_server(string source) => TryAsync(tokens, source, User, Password);

    [TestMethod]
    [DynamicData(nameof(Sources))]
    public Task With_a_token_server_that_exchanges_identity_tokens(string source) => TryAsync(tokens, source, CredentialSource.Token, IdentityToken);

    [TestMethod]
    [DataRow("basic")]
    [DataRow("tls")]
    [DataRow("tokens")]
    public async Task Nobody_is_refused(string name)
    {
        using var directory = new TemporaryDirectory();
        RegistryServer registry = name switch { "basic" => basic, "tls" => tls, _ => tokens };
        using RegistryClient client = Client(registry, new CredentialEnvironment(new Dictionary<string, string>(), directory.Path) { OutputRegistry = registry.Host }, []);

        await AssertRefusedAsync(client, registry, "web", directory, "~/.config/containers/auth.json");
    }

    private async Task TryAsync(RegistryServer registry, string sourceName, string user, Canary secret)
    {
        using var directory = new TemporaryDirectory();
        CredentialSource source = CredentialSource.Named(sourceName);
        string repository = Guid.NewGuid().ToString("N");
        var store = (RegistryClient client) => new RegistryStore(client, ImageReference.Parse($"{registry.Host}/{repository}:1"), new LayerCache(directory.Combine("cache"), long.MaxValue).Content);
        var warnings = new List<CodedWarning>();
        Image image = await TestImage.CreateAsync(directory.Combine("layers"), Token, sourceName);

        using (RegistryClient client = Client(registry, source.Put(directory.CreateDirectory("right"), registry.Host, user, secret.Secret), warnings))
        {
            var transfers = new List<BlobTransfer>();
            await store(client).EnsureWritableAsync(Token);
            await store(client).WriteAsync(image, ["1"], new Recorded(transfers), Token);
            await TestImage.AssertSameAsync(image, await store(client).ReadAsync(null, TestImage.Platform, Token), Token);
            Assert.IsFalse(secret.IsIn(string.Join('\n', transfers)), "the progress has it");
        }
        Assert.AreEqual("", string.Join('\n', warnings));
        CollectionAssert.AreEqual(Array.Empty<string>(), secret.FindIn(directory.Path, Directory.GetFiles(directory.Combine("right"), "*", SearchOption.AllDirectories)).ToArray());
        CollectionAssert.AreEqual(Array.Empty<string>(), secret.FindIn(registry.Root).ToArray());

        var wrong = new Canary();
        using (RegistryClient client = Client(registry, source.Put(directory.CreateDirectory("wrong"), registry.Host, user, wrong.Secret), warnings))
        {
            await AssertRefusedAsync(client, registry, repository, directory, $"the credentials from {source.Shown} were refused", wrong, secret);
        }
        Assert.AreEqual("", string.Join('\n', warnings));
        CollectionAssert.AreEqual(Array.Empty<string>(), wrong.FindIn(directory.Path, Directory.GetFiles(directory.Combine("wrong"), "*", SearchOption.AllDirectories)).ToArray());
    }

    private async Task AssertRefusedAsync(RegistryClient client, RegistryServer registry, string repository, TemporaryDirectory directory, string expected, params Canary[] canaries)
    {
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/{repository}"));
        Image image = await TestImage.CreateAsync(directory.Combine("layers"), Token, "refused");
        foreach (Func<Task> use in (Func<Task>[])[() => store.EnsureWritableAsync(Token), () => store.WriteAsync(image, ["2"], null, Token), () => store.ReadAsync("1", TestImage.Platform, Token)])
        {
            OciException error = await Assert.ThrowsExactlyAsync<OciException>(use);
            Assert.AreEqual("BPT1106", error.Code);
            Assert.Contains(expected, error.Message);
            foreach (Canary canary in canaries) Assert.IsFalse(canary.IsIn(error.ToString()), error.Message);
        }
    }

    private static RegistryClient Client(RegistryServer registry, CredentialEnvironment environment, List<CodedWarning> warnings) => new(new RegistryOptions
    {
        Credentials = environment,
        TrustedRoots = registry.CertificateAuthorityFile is { } file ? [X509CertificateLoader.LoadCertificateFromFile(file)] : null,
        Warn = warnings.Add,
    });

    private sealed class Recorded(List<BlobTransfer> transfers) : IProgress<BlobTransfer>
    {
        public void Report(BlobTransfer value)
        {
            lock (transfers) transfers.Add(value);
        }
    }
}
