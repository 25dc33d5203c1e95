using System.Globalization;
using System.Net;
using System.Text.Json;

namespace BuildpackTasks.Oci;

/// <summary>Reads what a registry says of an error (distribution specification, "Error Codes").</summary>
internal static class RegistryAnswer
{
    private const int MaxErrorLength = 64 << 10;
    private const int SlowestBody = 4 << 10; // bytes a second

    /// <summary>Throws where the registry says that it is busy or broken for now.</summary>
    public static async Task ThrowIfTransientAsync(HttpResponseMessage response, string host, string action, TimeProvider time, CancellationToken cancellationToken)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.TooManyRequests:
                throw new TransientException(OciErrors.RateLimited(host, await DetailAsync(response, cancellationToken)), RetryAfter(response, time));
            case HttpStatusCode.RequestTimeout or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout:
                throw new TransientException(OciErrors.RegistryFailure(host, action, response.StatusCode, await DetailAsync(response, cancellationToken)), RetryAfter(response, time));
        }
    }

    /// <summary>The error for an answer that the request cannot be served with.</summary>
    public static async Task<OciException> UnexpectedAsync(HttpResponseMessage response, string host, string action, CancellationToken cancellationToken)
    {
        (bool isRegistry, _, string? detail) = await ErrorAsync(response, cancellationToken);
        return Unexpected(response, host, action, isRegistry, detail);
    }

    /// <summary>The error for an answer that is none of those that were expected, and whose description was read.</summary>
    public static OciException Unexpected(HttpResponseMessage response, string host, string action, bool isRegistry, string? detail)
    {
        bool nowhere = response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or < HttpStatusCode.BadRequest;
        return nowhere && !isRegistry
            ? OciErrors.NotARegistry(host, $"it answers {(int)response.StatusCode} when asked to {action}")
            : OciErrors.RegistryFailure(host, action, response.StatusCode, detail);
    }

    /// <summary>What the registry says of the error, or null where it says nothing.</summary>
    public static async Task<string?> DetailAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        (await ErrorAsync(response, cancellationToken)).Detail;

    /// <summary>The error that an answer tells of.</summary>
    /// <returns>Whether it is a registry that answers, the first error's code, and its message; null for what is not said.</returns>
    public static async Task<(bool IsRegistry, string? Code, string? Detail)> ErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        bool isRegistry = response.Headers.Contains("Docker-Distribution-Api-Version");
        try
        {
            using Stream body = await BodyAsync(response, cancellationToken);
            byte[] bytes = await BoundedReader.ReadAsync(body, MaxErrorLength, static () => new InvalidDataException(), cancellationToken);
            using JsonDocument document = JsonDocument.Parse(bytes);
            JsonElement first = document.RootElement.GetProperty("errors")[0];
            string? code = first.GetProperty("code").GetString();
            string? message = first.TryGetProperty("message", out JsonElement text) ? text.GetString() : null;
            return (true, code, Quoted.OneLine(string.IsNullOrWhiteSpace(message) ? code ?? "" : message));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever is wrong with the description of an error, the error itself is what matters.
            _ = e;
            return (isRegistry, null, null);
        }
    }

    /// <summary>The body of an answer, which fails rather than waits where nothing comes.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="cancellationToken">Stops the wait for its beginning.</param>
    /// <param name="read">Told how many bytes were read, whenever some were; null where nobody asks.</param>
    public static async Task<Stream> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken, Action<int>? read = null)
    {
        Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        response.RequestMessage!.Options.TryGetValue(HttpTransport.Counter, out TrafficCounter? traffic);
        return new ImpatientStream(body, HttpTransport.Patience, SlowestBody, count =>
        {
            traffic?.CountReceived(count);
            read?.Invoke(count);
        });
    }

    /// <summary>The value of a header, or null where there is none.</summary>
    public static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.First() : null;

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time)
    {
        string? text = Header(response, "Retry-After");
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)) return TimeSpan.FromSeconds(seconds);
        if (!DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset until)) return null;
        TimeSpan wait = until - time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }
}
