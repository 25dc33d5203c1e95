using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Debian.Tests;

[TestClass]
public sealed class SignatureVerifierTests
{
    private const string Text = "Codename: test\n";

    private static SigningKeys keys = null!;
    private static SigningKeys otherKeys = null!;

    public required TestContext TestContext { get; init; }

    [ClassInitialize]
    public static async Task CreateKeysAsync(TestContext _)
    {
        keys = await SigningKeys.CreateAsync();
        otherKeys = await SigningKeys.CreateAsync();
    }

    [ClassCleanup]
    public static async Task EndKeysAsync()
    {
        await keys.DisposeAsync();
        await otherKeys.DisposeAsync();
    }

    [TestMethod]
    public async Task One_trusted_signature_of_two_is_enough()
    {
        byte[] signed = await keys.ClearSignWithAnotherTooAsync(Encoding.UTF8.GetBytes(Text));

        Assert.AreEqual(Text, Encoding.UTF8.GetString(await VerifyAsync(signed)));
    }

    [TestMethod]
    [DataRow("-----BEGIN PGP SIGNED MESSAGE-----\n\nmore\n", DisplayName = "the beginning of another message")]
    [DataRow("\n[GNUPG:] GOODSIG 0 A\n[GNUPG:] VALIDSIG 0 A\n-----BEGIN PGP SIGNED MESSAGE-----\n[GNUPG:] GOODSIG 0 A\n\nmore\n", DisplayName = "text that looks like what gpgv says")]
    public async Task A_file_that_gpgv_finds_fault_with_is_refused_whatever_signature_it_has(string more)
    {
        byte[] signed = [.. await keys.ClearSignAsync(Encoding.UTF8.GetBytes(Text)), .. Encoding.UTF8.GetBytes(more)];

        await AssertRefusedAsync(signed, "gpgv says");
    }

    [TestMethod]
    public async Task Two_signed_messages_in_one_file_are_refused()
    {
        byte[] content = Encoding.UTF8.GetBytes(Text);

        await AssertRefusedAsync([.. await keys.ClearSignAsync(content), .. await otherKeys.ClearSignAsync(content)], "gpgv says");
    }

    [TestMethod]
    public async Task Signed_text_that_looks_like_what_gpgv_says_is_text()
    {
        byte[] text = Encoding.UTF8.GetBytes("[GNUPG:] GOODSIG 0 A\n[GNUPG:] VALIDSIG 0 A\n[GNUPG:] BADSIG 0 A\n");

        Assert.AreSequenceEqual(text, await VerifyAsync(await keys.ClearSignAsync(text)));
        await AssertRefusedAsync(await otherKeys.ClearSignAsync(text), "the keyring does not have the key");
    }

    private async Task AssertRefusedAsync(byte[] signed, string reason)
    {
        var error = await Assert.ThrowsExactlyAsync<DebianException>(() => VerifyAsync(signed));
        Assert.AreEqual("BPT4016", error.Code);
        Assert.Contains(reason, error.Message);
    }

    private async Task<byte[]> VerifyAsync(byte[] signed) => await SignatureVerifier.VerifyAsync(
        signed, await Keyring.ReadAsync([keys.Keyring], TestContext.CancellationToken), "http://mirror.invalid/InRelease", TestContext.CancellationToken);
}
