using System.Collections;
using System.Globalization;
using BuildpackTasks.DotNet;
using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>
/// Gets packs with parts of .NET while a task runs, by the restore of the project that it belongs to. Each is asked for until it is
/// there, and then no more.
/// </summary>
/// <param name="engine">The task's engine.</param>
/// <param name="projectFile">The project, as an absolute path.</param>
internal sealed class PackRestore(IBuildEngine engine, string projectFile) : IDisposable
{
    private const string TargetName = "_GetImagePacks";

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly Dictionary<RequiredPack, ResolvedPack> packs = [];
    private int restores;

    /// <summary>Gets packs.</summary>
    /// <param name="required">The packs.</param>
    /// <param name="cancellationToken">Stops the waiting for others; a restore that has begun goes to its end.</param>
    /// <returns>Those that could be had; why others could not the restore has said.</returns>
    /// <exception cref="TaskException">BPT5030: the host of this task cannot build a target for it.</exception>
    public async Task<IReadOnlyList<ResolvedPack>> GetAsync(IReadOnlyList<RequiredPack> required, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            RequiredPack[] missing = [.. required.Where(pack => !packs.ContainsKey(pack)).Distinct()];
            if (missing.Length > 0)
            {
                // A feed that is down now can be there for the next image.
                foreach (ResolvedPack found in Restore(missing)) packs[found.Pack] = found;
            }
            return [.. required.Where(packs.ContainsKey).Select(pack => packs[pack])];
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    private ResolvedPack[] Restore(RequiredPack[] missing)
    {
        var properties = new Dictionary<string, string>
        {
            ["_ImagePacks"] = string.Join(';', missing.Select(static pack => $"{pack.Id}/{pack.Version.ToNormalizedString()}")),
            // The engine would take the answer of an earlier one.
            ["_ImagePackRestore"] = (++restores).ToString(CultureInfo.InvariantCulture),
        };
        var outputs = new Dictionary<string, ITaskItem[]>();
        try
        {
            if (!engine.BuildProjectFile(projectFile, [TargetName], properties, (IDictionary)outputs)) return [];
        }
        catch (NotImplementedException e)
        {
            // What MSBuild's own task host answers.
            throw TaskErrors.NoRestoreHere(missing, e);
        }
        return [.. outputs.GetValueOrDefault(TargetName, []).Select(PackItems.Resolved)];
    }
}
