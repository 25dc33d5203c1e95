namespace BuildpackTasks.Debian;

/// <summary>How a version must stand to the one that a dependency names (Debian policy, 7.1).</summary>
internal enum VersionRelation
{
    /// <summary>Any version.</summary>
    Any,

    /// <summary><c>&lt;&lt;</c></summary>
    Earlier,

    /// <summary><c>&lt;=</c></summary>
    EarlierOrEqual,

    /// <summary><c>=</c></summary>
    Equal,

    /// <summary><c>&gt;=</c></summary>
    LaterOrEqual,

    /// <summary><c>&gt;&gt;</c></summary>
    Later,
}
