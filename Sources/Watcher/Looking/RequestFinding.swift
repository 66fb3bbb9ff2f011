/// What was found of a request, and the Destinations and places where it is or is to be.
struct RequestFinding {
  let judgement: Judgement
  let destinations: [String]
  let places: [VerdictBoard.Place]

  init(
    _ judgement: Judgement, _ destinations: [String] = [], _ places: [VerdictBoard.Place] = []
  ) {
    self.judgement = judgement
    self.destinations = destinations
    self.places = places
  }
}
