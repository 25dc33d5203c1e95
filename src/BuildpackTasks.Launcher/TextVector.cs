using System.Runtime.InteropServices;

namespace BuildpackTasks.Launcher;

/// <summary>Texts as a program is given them: a list of pointers to bytes with a 0 after each, and a null at its end.</summary>
internal sealed unsafe class TextVector : IDisposable
{
    private readonly int count;

    /// <summary>Copies texts to memory that stays where it is.</summary>
    /// <param name="texts">The texts.</param>
    public TextVector(List<string> texts)
    {
        count = texts.Count;
        Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(count + 1), (nuint)sizeof(byte*));
        for (int index = 0; index < count; index++)
        {
            byte[] bytes = SystemText.Encode(texts[index]);
            Pointer[index] = (byte*)NativeMemory.Alloc((nuint)bytes.Length);
            bytes.CopyTo(new Span<byte>(Pointer[index], bytes.Length));
        }
    }

    /// <summary>The list.</summary>
    public byte** Pointer { get; }

    /// <summary>Variables as texts.</summary>
    /// <param name="variables">The variables.</param>
    public static TextVector OfEnvironment(Dictionary<string, string> variables)
    {
        var texts = new List<string>(variables.Count);
        foreach (KeyValuePair<string, string> variable in variables) texts.Add($"{variable.Key}={variable.Value}");
        return new TextVector(texts);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int index = 0; index < count; index++) NativeMemory.Free(Pointer[index]);
        NativeMemory.Free(Pointer);
    }
}
