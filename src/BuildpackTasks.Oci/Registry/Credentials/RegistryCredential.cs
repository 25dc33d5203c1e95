namespace BuildpackTasks.Oci;

/// <summary>Who asks a registry.</summary>
/// <param name="UserName">The user's name; empty with an identity token.</param>
/// <param name="Password">The password, or the identity token.</param>
/// <param name="IsIdentityToken">Whether it is to be exchanged for a token (distribution project, "OAuth2 Token Authentication").</param>
/// <param name="Source">Where it comes from, as messages say it.</param>
internal sealed record RegistryCredential(string UserName, Secret Password, bool IsIdentityToken, string Source)
{
    /// <summary>The user name that stands for "the password is an identity token", as credential helpers give it.</summary>
    private const string IdentityTokenUser = "<token>";

    public static RegistryCredential Create(string userName, string password, string source) =>
        userName == IdentityTokenUser
            ? new RegistryCredential("", new Secret(password), true, source)
            : new RegistryCredential(userName, new Secret(password), false, source);

    public override string ToString() => $"the credentials from {Source}";
}
