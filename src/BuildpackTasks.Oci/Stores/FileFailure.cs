namespace BuildpackTasks.Oci;

/// <summary>Which exceptions mean that the operating system could not read or write a file.</summary>
internal static class FileFailure
{
    /// <summary>Whether an exception is such a failure and not one of this code.</summary>
    public static bool Is(Exception exception) => exception is IOException or UnauthorizedAccessException
        // What .NET makes of EFBIG: the file is larger than the file system or the process's limit allows.
        or ArgumentOutOfRangeException { ParamName: "value" };

    /// <summary>The failure's message without the name of a parameter.</summary>
    public static string Reason(Exception exception) => exception is ArgumentOutOfRangeException ? "the file is too large for the file system" : exception.Message;
}
