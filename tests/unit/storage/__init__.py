"""Are the pure rules of storage right?"""
