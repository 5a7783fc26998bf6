def run(campaign, say):
    return True
