namespace BuildpackTasks.Testing;

/// <summary>What goes wrong between a client and a server.</summary>
public enum FaultKind
{
    /// <summary>The proxy answers with a status of its own; the server hears nothing.</summary>
    Answer,

    /// <summary>The connection ends before the request's body is read.</summary>
    CutBeforeBody,

    /// <summary>The connection ends in the middle of the request's body; the server hears nothing, as behind a proxy that collects bodies.</summary>
    CutInBody,

    /// <summary>The connection ends in the middle of the request's body, of which the server has got the first half.</summary>
    PassHalf,

    /// <summary>The server gets the request and answers it; the answer is lost.</summary>
    LoseAnswer,

    /// <summary>The connection ends in the middle of the answer's body.</summary>
    CutInAnswer,

    /// <summary>The answer has half of its body and says that this is all.</summary>
    TruncateAnswer,

    /// <summary>A bit of the request's body changes.</summary>
    CorruptBody,

    /// <summary>A bit of the answer's body changes.</summary>
    CorruptAnswer,

    /// <summary>The request is held for a while before it is passed on.</summary>
    Delay,
}
