import Dojot
import Enrollment
import PKI

/// What is told of a retrieval while it goes on.
struct RetrievalProgress {
    func loggedIn(_ session: Session) {
        Console.note("logged in\(session.claims.username.map { " as \($0)" } ?? ""), tenant \(session.claims.service)")
    }

    func show(_ step: Enrollment.Step) {
        switch step {
        case .authorityFetched(let certificate):
            Console.note("fetched the CA's certificate: \(certificate.subject)")
        case .resumed:
            Console.note("completing the run that was cut off, with its key and certificate request")
        case .waitingForKey:
            break
        case .asking(let endEntity):
            Console.note("asking for the signature of \(endEntity)")
        case .askingAgain(let endEntity):
            Console.note("the platform does not know that name; asking for \(endEntity)")
        case .recovered:
            Console.note("the certificate had been signed before; the platform still has it")
        case .signingReopened(let endEntity):
            Console.note("the platform had signed for \(endEntity) before; it was set to NEW, to sign once more")
        case .signedAgain(let error):
            Console.warning(
                "a second certificate was signed: the platform did not tell whether the run that was cut off had got one"
                    + " (\(error.message))",
                hint: "a first one stays valid beside it until it expires or is revoked")
        }
    }
}
