using BuildpackTasks.Lifecycle;
using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>Gives tags that a rebase moved the images again that they had.</summary>
[MSBuildMultiThreadableTask]
public sealed class RollbackImages : FleetTask
{
    /// <inheritdoc/>
    private protected override async Task<CredentialTargets> CredentialTargetsAsync(CancellationToken cancellationToken)
    {
        IEnumerable<string> written = FleetSettings.RollbackFile is { } file ? await FleetRegistries.OfRollbackFileAsync(file, cancellationToken) : [];
        return CredentialTargets.Of(Registry.OrNull(), written, []);
    }

    /// <inheritdoc/>
    private protected override async Task RunAsync(ImageSession session, CancellationToken cancellationToken)
    {
        FleetSettings settings = FleetSettings;
        string file = settings.RollbackFile ?? throw TaskErrors.BadValue("RollbackFile", "", "the file that the rebase left");
        var rollback = new FleetRollback(location => Open(session, location), settings, Force);
        await ReportAsync(await rollback.RunAsync(file, Announcements, cancellationToken));
    }
}
