Console.result("\(Console.programName) 0.1.0")
