namespace BuildpackTasks.Lifecycle;

/// <summary>What of the kernel's settings keeps users from namespaces of their own (user_namespaces(7)).</summary>
internal static class UserNamespaces
{
    /// <summary>What to do about it, as a sentence.</summary>
    public static string Advice()
    {
        string? setting = Is("user/max_user_namespaces", "0") ? "user.max_user_namespaces=15000"
            : Is("kernel/unprivileged_userns_clone", "0") ? "kernel.unprivileged_userns_clone=1"
            // Ubuntu from 23.10 on: namespaces can be made, and give no rights.
            : Is("kernel/apparmor_restrict_unprivileged_userns", "1") ? "kernel.apparmor_restrict_unprivileged_userns=0"
            : null;
        return setting is null
            ? "Allow unprivileged user namespaces (docs/buildpacks-isolation.md says how)."
            : $"Allow unprivileged user namespaces: 'sysctl {setting}' as root (docs/buildpacks-isolation.md).";
    }

    private static bool Is(string setting, string value)
    {
        try
        {
            return File.ReadAllText($"/proc/sys/{setting}").Trim() == value;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
