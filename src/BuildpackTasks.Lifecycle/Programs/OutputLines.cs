using System.Text;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Makes lines of what a program writes, as somebody would read them at the end: a line that was begun anew by a carriage return
/// counts once, and sequences that colour or command a terminal are left out, since logs are no terminals.
/// </summary>
internal sealed class OutputLines(Action<string> line)
{
    /// <summary>What is longer comes in several lines: a program may write without end.</summary>
    public const int MaxLength = 16 * 1024;

    private enum State
    {
        Text,
        Escape,
        Control,
        Command,
        CommandEscape,
        Other,
    }

    private readonly Decoder decoder = new UTF8Encoding(false, throwOnInvalidBytes: false).GetDecoder();
    private readonly StringBuilder text = new();
    private char[] characters = [];
    private State state;
    private bool returned;

    /// <summary>Takes bytes, and tells of the lines that they complete.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        int count = decoder.GetCharCount(bytes, flush: false);
        if (characters.Length < count) characters = new char[count];
        count = decoder.GetChars(bytes, characters, flush: false);
        foreach (char character in characters.AsSpan(0, count)) Write(character);
    }

    /// <summary>Tells of what is left after the last line.</summary>
    public void Complete()
    {
        Span<char> rest = stackalloc char[4];
        foreach (char character in rest[..decoder.GetChars([], rest, flush: true)]) Write(character);
        if (text.Length > 0) End();
    }

    private void Write(char character)
    {
        if (character == '\n')
        {
            state = State.Text;
            returned = false;
            End();
            return;
        }
        switch (state)
        {
            case State.Escape:
                // ECMA-48: ESC [ begins a control sequence; ESC ] P X ^ _ a command up to its terminator; others are short.
                state = character switch { '[' => State.Control, ']' or 'P' or 'X' or '^' or '_' => State.Command, >= ' ' and <= '/' => State.Other, _ => State.Text };
                return;
            case State.Control:
                if (character is >= '@' and <= '~') state = State.Text;
                return;
            case State.Command:
                if (character == '\a') state = State.Text;
                else if (character == '\e') state = State.CommandEscape;
                return;
            case State.CommandEscape:
                state = character == '\\' ? State.Text : State.Command;
                return;
            case State.Other:
                if (character is < ' ' or > '/') state = State.Text;
                return;
        }
        if (character == '\e') state = State.Escape;
        else if (character == '\r') returned = true;
        else if (character == '\t' || !char.IsControl(character)) Append(character);
    }

    private void Append(char character)
    {
        if (returned) text.Clear();
        returned = false;
        text.Append(character);
        if (text.Length >= MaxLength && !char.IsHighSurrogate(character)) End();
    }

    private void End()
    {
        line(text.ToString());
        text.Clear();
    }
}
