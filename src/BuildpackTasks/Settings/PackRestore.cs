using System.Collections;
using BuildpackTasks.DotNet;
using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>
/// Gets packs with parts of .NET while a task runs, by the restore of the project that it belongs to. Each is asked for once.
/// </summary>
/// <param name="engine">The task's engine.</param>
/// <param name="projectFile">The project, as an absolute path.</param>
internal sealed class PackRestore(IBuildEngine engine, string projectFile) : IDisposable
{
    private const string TargetName = "_GetImagePacks";

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly Dictionary<RequiredPack, ResolvedPack?> packs = [];

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
                ResolvedPack[] resolved = Restore(missing);
                foreach (RequiredPack pack in missing) packs.Add(pack, resolved.FirstOrDefault(found => found.Pack == pack));
            }
            return [.. required.Select(pack => packs[pack]).OfType<ResolvedPack>()];
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
        var properties = new Dictionary<string, string> { ["_ImagePacks"] = string.Join(';', missing.Select(static pack => $"{pack.Id}/{pack.Version.ToNormalizedString()}")) };
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
