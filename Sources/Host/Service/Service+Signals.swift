internal import Engine
internal import JSON

extension Service {
  /// Answers a request that came over TCP: from a thing that the host has made, at an address that the host has signed. Nothing else is served there.
  public func answerSignal(_ request: ServiceRequest) async -> ServiceResponse {
    do {
      switch (request.method, request.path.dropFirst().first) {
      case ("PUT", "signals"), ("POST", "signals"):
        let body: JSON
        do throws(JSONSyntaxError) { body = try JSON.parse(request.body) } catch {
          throw RequestError.usage("the signal is not JSON: line \(error.line), column \(error.column): \(error.message)")
        }
        try await engine.receiveSignal(path: request.path, body: body)
        return ServiceResponse(body: ["status": "received"])
      case ("GET", "helpers"), ("POST", "helpers"):
        // Helper scripts send a form in the query or, with POST, as the body (CloudFormation API, Query requests).
        var query = request.query
        if request.method == "POST", let form = String(validating: request.body, as: UTF8.self) {
          query.merge(FormBody.values(form)) { _, new in new }
        }
        return ServiceResponse(body: try await engine.answerHelper(path: request.path, query: query))
      default: throw RequestError.notFound("there is nothing here")
      }
    } catch {
      var response = Problem(error).response
      // The form that helper scripts read errors in.
      response.body["Error"] = ["Code": "ValidationError", "Message": response.body["detail"] ?? .null]
      return response
    }
  }
}
