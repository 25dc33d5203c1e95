using System.Text.Encodings.Web;
using System.Text.Json;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>How tests write JSON to compare it with what a person wrote.</summary>
internal static class JsonCaseOptions
{
    public static JsonSerializerOptions Relaxed { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
