/// What was found of a request, and the Destinations and places where it is or is to be.
struct RequestFinding {
  let judgement: Judgement
  let destinations: [String]
  let places: [VerdictBoard.Place]
  let excerpts: [VerdictBoard.Excerpt]

  init(
    _ judgement: Judgement, _ destinations: [String] = [], _ places: [VerdictBoard.Place] = [],
    _ excerpts: [VerdictBoard.Excerpt] = []
  ) {
    self.judgement = judgement
    self.destinations = destinations
    self.places = places
    self.excerpts = excerpts
  }
}
