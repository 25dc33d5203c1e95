using System.Net;

namespace BuildpackTasks.Oci;

/// <summary>The errors of registries: BPT1100 to BPT1199.</summary>
internal static partial class OciErrors
{
    /// <summary>The code of content that ended early: asking again can help.</summary>
    public const string TruncatedCode = "BPT1111";

    /// <summary>The code of what is shown to nobody who is not known.</summary>
    public const string UnauthorizedCode = "BPT1106";

    /// <summary>The code of what an account may not do.</summary>
    public const string ForbiddenCode = "BPT1107";

    /// <summary>The code of content that a manifest names and the repository lacks.</summary>
    public const string ContentMissingCode = "BPT1109";

    /// <summary>The code of a manifest that was refused for a blob that is not there.</summary>
    public const string BlobsMissingCode = "BPT1130";

    public static OciException HostNotFound(string host, Exception inner) =>
        new("BPT1101", $"The host '{host}' was not found. Check the registry's name and the machine's network.", inner);

    public static OciException CannotConnect(string host, string reason, Exception? inner) =>
        new("BPT1102", $"The registry at '{host}' cannot be reached: {Quoted.OneLine(reason)}. Check that it runs, its name and port, and the machine's network and proxy.", inner);

    public static OciException TimedOut(string host, Exception? inner) =>
        new("BPT1103", $"The registry at '{host}' did not answer in time. Try again, or check the machine's network and proxy.", inner);

    public static OciException UntrustedCertificate(string host, string reason, Exception inner) =>
        new("BPT1104", $"The registry at '{host}' has no certificate that this machine trusts: {Quoted.OneLine(reason)}. Add the certificate authority to the system's store, or set SSL_CERT_FILE to a PEM file with it.", inner);

    public static OciException NotARegistry(string host, string reason) =>
        new("BPT1105", $"The host '{host}' does not answer like a container registry: {Quoted.OneLine(reason)}. Check the registry's name and port.");

    public static OciException Unauthorized(string repository, string credentials, string? detail) =>
        new(UnauthorizedCode, $"The registry does not let {repository} be used: {credentials}{Because(detail)}. Check that the repository exists and run 'docker login {Host(repository)}', or set DOTNET_CONTAINER_REGISTRY_UNAME and DOTNET_CONTAINER_REGISTRY_PWORD.");

    public static OciException Forbidden(string repository, string action, string credentials, string? detail) =>
        new(ForbiddenCode, $"The registry forbids to {action} {repository}: {credentials}{Because(detail)}. Use an account that may {action} it ('docker login {Host(repository)}', or DOTNET_CONTAINER_REGISTRY_UNAME and DOTNET_CONTAINER_REGISTRY_PWORD).");

    public static OciException RepositoryUnknown(string repository, string? detail) =>
        new("BPT1108", $"The registry has no repository {repository} and does not create it on a push{Because(detail)}. Create it there first, or set another ContainerRepository.");

    public static OciException ContentMissing(string repository, string what) =>
        new(ContentMissingCode, $"{repository} lacks {what}, which its image names. Have the image pushed again, or use another.");

    public static OciException DigestMismatch(string repository, string what, string? got = null) =>
        new("BPT1110", $"{repository}: {what} is not what its digest and size say{(got is null ? "" : $" (got {Quoted.OneLine(got, 150)})")}. Somebody changed it on its way or in the registry: nothing of it was used.");

    public static OciException Truncated(string repository, string what, Exception? inner) =>
        new(TruncatedCode, $"{repository}: {what} ended before all of it was there. Try again, or check the machine's network and proxy.", inner);

    public static OciException TooLarge(string repository, string what, long limit) =>
        new("BPT1112", $"{repository}: {what} is longer than {limit} bytes, which no valid one is. Nothing of it was used.");

    public static OciException RateLimited(string host, string? detail) =>
        new("BPT1113", $"The registry at '{host}' lets no more requests through for now{Because(detail)}. Log in with an account that has a higher limit ('docker login'), or try again later.");

    public static OciException RegistryFailure(string host, string action, HttpStatusCode status, string? detail) =>
        new("BPT1114", $"The registry at '{host}' answered {(int)status} when asked to {action}{Because(detail)}. Try again; if it stays, whoever runs the registry can tell from its log.");

    public static OciException RefusedAddress(string host, string target, string reason) =>
        new("BPT1115", $"The registry at '{host}' points to '{Quoted.OneLine(target, 150)}', {reason}: not followed. Check that the name is the registry's own, and have its address or proxy settings corrected.");

    public static OciException CredentialsInTheClear(string host) =>
        new("BPT1116", $"The registry at '{host}' asks for credentials over plain HTTP, where anybody on the way can read them: none were sent. Have the registry serve HTTPS.");

    public static OciException BadTokenAnswer(string realm, string reason) =>
        new("BPT1117", $"The token server '{Quoted.OneLine(realm, 150)}' gave no usable token: {Quoted.OneLine(reason)}. Check the registry's name; if it is right, whoever runs the registry can tell from its log.");

    public static OciException BodyTooLarge(string host, long size, Exception inner) =>
        new("BPT1120", $"The registry at '{host}' takes no body of {size} bytes, and none that is small enough. Have the limit of the registry or of the proxy before it raised (nginx: client_max_body_size).", inner);

    public static OciException TagImmutable(string repository, string tag, string? detail) =>
        new("BPT1122", $"The tag '{Quoted.OneLine(tag, 150)}' of {repository} has another image and the registry does not let it be replaced{Because(detail)}. Publish under another tag (ContainerImageTag), or have the repository's tags be mutable.");

    public static OciException UploadDoesNotAdvance(string host, Digest blob) =>
        new("BPT1121", $"The registry at '{host}' takes parts of the blob {blob} and says that it has not got them. Try again; if it stays, whoever runs the registry can tell from its log.");

    public static OciException BlobsMissing(string repository, string selector, string? detail) =>
        new(BlobsMissingCode, $"The registry does not store the manifest '{Quoted.OneLine(selector, 150)}' of {repository}, since it lacks a blob that it names{Because(detail)}. Publish again; if it stays, whoever runs the registry can tell from its log.");

    public static OciException NotARegistryName(string value) =>
        new("BPT1140", $"'{Quoted.OneLine(value, 150)}' is not the name of a registry. Write its host, with ':' and the port where it has one, and no path.");

    public static OciException NoCatalogue(string registry, string reason, string? detail, Exception? inner) =>
        new("BPT1141", $"The registry {registry} gives no list of its repositories: {reason}{Because(detail)}. Use an account that may see it, or name the images (Image, ImageList) or one repository at a time (ImageRepository).", inner);

    public static OciException NoRepository(string repository, string? detail) =>
        new("BPT1142", $"The registry has no repository {repository}, so it has no tags{Because(detail)}. Check its name, and that the account may see it.");

    public static OciException BadListing(string list, string reason) =>
        new("BPT1143", $"The list of {list} cannot be used: {Quoted.OneLine(reason)}. Name the images in a list of your own (ImageList); whoever runs the registry can tell from its log.");

    private static string Because(string? detail) => string.IsNullOrWhiteSpace(detail) ? "" : $" (it says: {Quoted.OneLine(detail)})";

    private static string Host(string repository) => repository.Split('/')[0];
}
