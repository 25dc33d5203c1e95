namespace Samples.Worker;

/// <summary>Says again and again that it is time to water the plants.</summary>
internal sealed partial class WateringReminder(ILogger<WateringReminder> logger, IConfiguration configuration, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = configuration.GetValue("Pause", TimeSpan.FromSeconds(10));
        using var timer = new PeriodicTimer(pause, time);
        do
        {
            Remind(pause);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Information, "Time to water the plants; again in {Pause}.")]
    private partial void Remind(TimeSpan pause);
}
