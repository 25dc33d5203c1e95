using Samples.Worker;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddHostedService<WateringReminder>();
await builder.Build().RunAsync();
