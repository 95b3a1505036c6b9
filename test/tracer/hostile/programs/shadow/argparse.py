NAME = "argparse"
