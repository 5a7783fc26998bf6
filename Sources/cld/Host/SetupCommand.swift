internal import ArgumentParser
internal import Glibc
internal import JSON

/// `cld setup`.
struct SetupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "setup", abstract: "Check the credentials and the region of a cloud, and keep them as defaults.",
    subcommands: [AWS.self, Signals.self])

  struct Signals: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "signals", abstract: "Say where things that cld has made reach this host with their signals; without it only this machine does.",
      discussion: "Example: cld setup signals --listen 0.0.0.0:8177 --url http://host.example.org:8177")
    @Option(help: "HOST:PORT to listen on.") var listen: String
    @Option(help: "How things reach it; without it http://HOST:PORT.") var url: String?

    func run() throws {
      let answer = try HostClient().send("POST", ["v1", "setup", "signals"], body: ["listen": .string(listen), "url": url.map { .string($0) } ?? .null])
      Console.note("signals are taken at \(answer["url"]?.string ?? "")")
    }
  }

  struct AWS: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "aws", abstract: "Check the AWS credentials that cld finds, show whose they are, and keep profile and region as defaults.",
      discussion: "Example: cld setup aws --profile dev --region eu-west-1")
    @Option(help: "The profile of ~/.aws to use from now on.") var profile: String?
    @Option(help: "The region to use from now on.") var region: String?
    @OptionGroup var output: OutputOption

    func run() throws {
      if let profile { setenv("AWS_PROFILE", profile, 1) }
      if let region { setenv("AWS_REGION", region, 1) }
      let scope = try HostClient().send("POST", ["v1", "setup", "aws"], body: [:])
      var defaults = Defaults.read()
      if let profile { defaults.awsProfile = profile }
      defaults.awsRegion = region ?? defaults.awsRegion ?? scope["region"]?.string
      try defaults.write()
      if output.format == .json { return Console.print(scope.prettyText) }
      Console.print("account:     \(scope["account"]?.string ?? "")")
      Console.print("region:      \(scope["region"]?.string ?? "")")
      Console.print("partition:   \(scope["partition"]?.string ?? "")")
      Console.print("credentials: \(scope["credentials"]?.string ?? "") (profile \(scope["profile"]?.string ?? "default"))")
      for (name, value) in (scope["endpoints"]?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
        Console.print("endpoint:    \(value.string ?? "") (\(name))")
      }
      Console.note("defaults are kept in \(Paths.home)/config.json; AWS_PROFILE and AWS_REGION of a shell go before them")
    }
  }
}
