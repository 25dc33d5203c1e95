namespace BuildpackTasks.Lifecycle;

/// <summary>Who programs run as, as they see it.</summary>
/// <param name="UserId">The user's id.</param>
/// <param name="GroupId">The group's id.</param>
internal readonly record struct ViewUser(uint UserId, uint GroupId)
{
    /// <summary>Without a build image: not root, whom tools try to do more as than they can, and the same on every machine.</summary>
    public static ViewUser Default => new(1000, 1000);

    /// <summary>The users of a view, for <c>/etc/passwd</c>.</summary>
    public string Users => $"""
        root:x:0:0:root:/root:/usr/sbin/nologin
        cnb:x:{UserId}:{GroupId}:cnb:{BuildView.Home}:/bin/sh
        nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin

        """;

    /// <summary>The groups of a view, for <c>/etc/group</c>.</summary>
    public string Groups => $"""
        root:x:0:
        cnb:x:{GroupId}:
        nogroup:x:65534:

        """;
}
