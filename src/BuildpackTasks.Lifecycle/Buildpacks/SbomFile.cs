namespace BuildpackTasks.Lifecycle;

/// <summary>A bill of materials that a buildpack wrote (buildpack specification, "Software-Bill-of-Materials").</summary>
/// <param name="Scope">What it is about.</param>
/// <param name="Layer">The layer that it is about; null for one about the whole launch or build environment.</param>
/// <param name="Extension">The end of its name, which tells the format: <c>cdx.json</c>, <c>spdx.json</c> or <c>syft.json</c>.</param>
/// <param name="Path">The file, as an absolute path on this machine.</param>
public sealed record SbomFile(SbomScope Scope, LayerName? Layer, string Extension, string Path);
