"""Does memory keep its promises on real databases?"""
