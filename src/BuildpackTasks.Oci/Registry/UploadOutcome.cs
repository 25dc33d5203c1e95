namespace BuildpackTasks.Oci;

/// <summary>What became of a request to an upload session.</summary>
internal enum UploadOutcome
{
    /// <summary>The bytes were taken.</summary>
    Taken,

    /// <summary>The session is gone, or what it holds is of no use.</summary>
    Lost,

    /// <summary>The registry holds more or less than was thought.</summary>
    WrongOffset,

    /// <summary>The body is larger than the registry or what stands before it takes.</summary>
    TooLarge,

    /// <summary>The registry does not want the bytes in this way.</summary>
    Refused,
}
