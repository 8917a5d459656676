// SPDX-FileCopyrightText: 2026 The Construct authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import VectorRunner

/// Runs files of test vectors through the code that the protocol uses.
@main
struct ConstructVectors: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "construct-vectors",
    abstract: "Runs test vectors through Construct's own provider, protocols and codecs.",
    discussion: """
      Reads the files under Tests/Vectors, and others of their layouts: Project Wycheproof's files above all. What a \
      file is about is told by its content. A folder stands for every JSON file in it and below.

      The last line says how many cases passed, failed and were skipped, because they are about something that \
      Construct does not have; every kind of skipped case is named. A file that cannot be read, has no cases, or was \
      named and is not recognised counts as a failure; files of a folder that are about something else are named at \
      the end. The exit status is 0 only if something passed and nothing failed.
      """)

  @Argument(help: ArgumentHelp("Files of test vectors, or folders of them.", valueName: "file"))
  var files: [String] = []

  @Flag(name: .long, help: "Name the topics that can be run, and stop.")
  var list = false

  @Flag(name: .long, help: "Print the results as one JSON object.")
  var json = false

  func validate() throws {
    guard list || !files.isEmpty else { throw ValidationError("Name at least one file, or ask with --list.") }
  }

  func run() throws {
    if list {
      printTopics()
      return
    }
    let report = VectorReport(running: files)
    if json {
      try print(report.json)
    } else {
      report.printText()
    }
    guard report.isSuccess else { throw ExitCode.failure }
  }

  private func printTopics() {
    let width = Topic.all.map(\.name.count).max() ?? 0
    for topic in Topic.all {
      print(topic.name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + topic.summary)
    }
  }
}
