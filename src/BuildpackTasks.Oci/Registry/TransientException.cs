namespace BuildpackTasks.Oci;

/// <summary>A failure that may pass: what is thrown to the retry, never out of this room.</summary>
/// <param name="error">What the user is told if it does not pass.</param>
/// <param name="retryAfter">How long the registry asks to wait, or null.</param>
internal sealed class TransientException(OciException error, TimeSpan? retryAfter = null) : Exception(error.Message, error)
{
    public OciException Error { get; } = error;

    public TimeSpan? RetryAfter { get; } = retryAfter;
}
