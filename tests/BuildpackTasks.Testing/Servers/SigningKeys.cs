namespace BuildpackTasks.Testing;

/// <summary>A throwaway key that signs a test's archives, in a GnuPG home of its own.</summary>
public sealed class SigningKeys : IAsyncDisposable
{
    private readonly TemporaryDirectory home = new();

    /// <summary>The keyring that has the key, as a distribution would install it.</summary>
    public string Keyring => home.Combine("archive.gpg");

    /// <summary>The same keyring with armor.</summary>
    public string ArmoredKeyring => home.Combine("archive.asc");

    public static async Task<SigningKeys> CreateAsync()
    {
        var keys = new SigningKeys();
        await keys.GpgAsync("--passphrase", "", "--quick-generate-key", "Archive of a test <archive@test.invalid>", "ed25519", "sign", "never");
        await keys.GpgAsync("--output", keys.Keyring, "--export");
        await keys.GpgAsync("--armor", "--output", keys.ArmoredKeyring, "--export");
        return keys;
    }

    /// <summary>Signs with the key and with one more, which is in no keyring.</summary>
    public async Task<byte[]> ClearSignWithAnotherTooAsync(byte[] content)
    {
        await GpgAsync("--passphrase", "", "--quick-generate-key", "Next key <next@test.invalid>", "ed25519", "sign", "never");
        return await ClearSignAsync(content, "--local-user", "archive@test.invalid", "--local-user", "next@test.invalid");
    }

    public async Task<byte[]> ClearSignAsync(byte[] content, params string[] options)
    {
        string name = Guid.NewGuid().ToString("N");
        await File.WriteAllBytesAsync(home.Combine(name), content);
        await GpgAsync([.. options, "--clear-sign", "--output", home.Combine(name + ".signed"), home.Combine(name)]);
        return await File.ReadAllBytesAsync(home.Combine(name + ".signed"));
    }

    public async ValueTask DisposeAsync()
    {
        // GnuPG leaves an agent behind that would outlive the test.
        await Command.RunAsync("gpgconf", ["--homedir", home.Path, "--kill", "all"]);
        home.Dispose();
    }

    private async Task GpgAsync(params string[] arguments) =>
        (await Command.RunAsync("gpg", ["--homedir", home.Path, "--batch", "--quiet", "--yes", .. arguments])).EnsureSuccess();
}
